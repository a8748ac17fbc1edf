package org.reactivesessions.wire;

/**
 * What the statements of a scope may have left on their connection that outlasts the scope and that somebody else could meet
 * there. Immutable.
 *
 * <p>It is read off their texts, by the words of PostgreSQL. What functions, triggers and rules do inside the server is not
 * text and is not found.
 *
 * @since 0.1
 */
public enum Residue {
    /** Nothing. */
    NONE,
    /**
     * Settings that end with the transaction by the words of PostgreSQL and of the SQL standard, {@code SET LOCAL}, and that other
     * databases keep.
     */
    LOCAL,
    /**
     * Something that a reset takes away: settings, the role, locks, temporary tables, channels listened to, cursors, prepared
     * statements.
     */
    SESSION,
    /** Something that only the end of the connection takes away. */
    BEYOND_RESET
}
