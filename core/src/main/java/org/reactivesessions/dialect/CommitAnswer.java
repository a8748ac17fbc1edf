package org.reactivesessions.dialect;

/**
 * What the failure of COMMIT says. Immutable.
 *
 * @since 0.1
 */
public enum CommitAnswer {
    /** The database answered with ROLLBACK instead of COMMIT: an earlier statement had failed. Nothing is durable. */
    ROLLED_BACK,
    /** The database refused COMMIT with an error and is ready again: nothing is durable, and the error says why. */
    REFUSED,
    /** COMMIT did not leave this process: nothing is durable. */
    NOT_SENT,
    /** No definite answer was read. */
    UNKNOWN
}
