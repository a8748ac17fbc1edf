package org.reactivesessions.error;

import java.util.Locale;

/** What kind of failure it was, as far as a caller's answer depends on it. Immutable. */
public enum FailureKind {
    /** The database could not be reached, does not accept connections, or did not answer the first command. */
    UNREACHABLE,
    /** Every connection of the pool is in use, and the wait for one was over or not begun. */
    SATURATED,
    /** Not begun, because the wait for a connection would be too long, as everybody's has been lately. */
    OVERLOADED,
    /** Not tried, because the database has not answered lately. */
    CIRCUIT_OPEN,
    /** The database refused the connection for good: a wrong user, password or database name, or there is no password. */
    REFUSED,
    /** The time of the transaction was over before COMMIT was sent. */
    TIMEOUT,
    /** The sessions were closed, and the grace time for what still ran was over. */
    CLOSED,
    /** The database takes no writes: a standby, or an operator has made it read-only. */
    READ_ONLY,
    /** A write outside a transaction, where connections take none. */
    NO_TRANSACTION,
    /** A constraint of the database was violated. */
    INTEGRITY,
    /** More rows than promised. */
    TOO_MANY_ROWS,
    /** Rolled back, although the function completed. */
    ROLLED_BACK,
    /** Nobody knows whether it committed. */
    COMMIT_UNKNOWN,
    /** What a transaction is to be verified with is not there; nothing was sent. */
    NO_MARKER,
    /** An operation is being applied by somebody else. */
    IN_PROGRESS,
    /** Committed, but a hook after the commit failed. */
    AFTER_COMMIT;

    private final String anchor = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /**
     * Returns where the page about troubleshooting says what such a failure means and what to do. Every message of such a
     * failure ends with it.
     *
     * @return the anchor of a section, in lower case, such as {@code circuit-open}
     */
    public String anchor() {
        return anchor;
    }
}
