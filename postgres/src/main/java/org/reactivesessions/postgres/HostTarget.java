package org.reactivesessions.postgres;

/**
 * Which of the hosts of a database connections may lead to. What a host is, is asked of every new connection, by {@code
 * pg_is_in_recovery()}. Immutable.
 *
 * @since 0.1
 */
public enum HostTarget {
    /** The one that takes writes. A connection to a standby is closed and the next host tried. */
    PRIMARY,
    /**
     * A standby if one answers, by turns, otherwise the primary. For sessions that only read: what they read may be a little
     * old, and transactions have to be {@code readOnly()}.
     */
    PREFER_STANDBY,
    /** Any that answers, in order; nothing is asked. */
    ANY
}
