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
    /** The server ended the connection with an error of its own (FATAL or PANIC), before or after the commit record. */
    ENDED,
    /** No definite answer was read. */
    UNKNOWN
}
