package org.reactivesessions.error;

/**
 * How a transaction ended: exactly one of four. Immutable.
 *
 * @since 0.1
 */
public enum TransactionOutcome {
    /** The database answered COMMIT with COMMIT: every effect is durable. */
    COMMITTED,
    /** BEGIN was answered well and COMMIT was not sent, or was refused: nothing is durable, now or later. */
    ROLLED_BACK,
    /** A good answer to BEGIN was never read: nothing of it is or will be durable. */
    NOT_STARTED,
    /** COMMIT may have reached the database and no definite answer was read: durable or not, nobody knows yet. */
    IN_DOUBT
}
