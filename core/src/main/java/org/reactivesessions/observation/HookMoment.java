package org.reactivesessions.observation;

/**
 * When hooks of a transaction ran.
 *
 * @since 0.1
 */
public enum HookMoment {
    /** Inside the transaction, before COMMIT. */
    BEFORE_COMMIT,
    /** After a commit. */
    AFTER_COMMIT,
    /** After a rollback, or after an end that is in doubt. */
    AFTER_ROLLBACK
}
