package org.reactivesessions.testkit.contract;

/**
 * What a driver may lack. A case that needs what its driver lacks is counted as not applicable. Immutable.
 *
 * @since 0.1
 */
public enum Capability {
    /** A statement is under way after {@code subscribe} has returned, so it can be cancelled or left behind there. */
    CANCEL_IN_FLIGHT,
    /** A failed statement dooms its transaction, and the driver signals that COMMIT was answered with ROLLBACK. */
    DETECTS_ROLLED_BACK_COMMIT,
    /** A failed statement undoes itself alone, so a function that swallows its error can still commit the rest. */
    KEEPS_TRANSACTION_AFTER_ERROR,
    /** A foreign key can be checked at COMMIT, which is then refused. */
    DEFERRED_CONSTRAINTS,
    /** A transaction runs at the isolation level it asked for, and the next one at its own. */
    APPLIES_ISOLATION,
    /** A read-only transaction refuses writes. */
    ENFORCES_READ_ONLY
}
