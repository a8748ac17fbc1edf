package org.reactivesessions.wire;

/**
 * What a statement is, as far as it decides when it may be sent and what it may leave behind. Immutable.
 *
 * <p>The kind is read off the text, by the lexical rules of PostgreSQL, and errs on the side of caution: a text that could
 * be more than it seems is {@link #OTHER} or {@link #UNSETTLING}. What functions do inside the server is not text and is not
 * found.
 *
 * @since 0.1
 */
public enum SqlKind {
    /** One SELECT, VALUES, TABLE or WITH. */
    READ,
    /** One INSERT, UPDATE, DELETE or MERGE. */
    WRITE,
    /** Everything else: several statements in one text, DDL, LOCK, COPY, and whatever reaches out of the transaction. */
    OTHER,
    /**
     * May change settings of the session, or run what does: SET, RESET, DISCARD, CALL, DO, EXECUTE, {@code set_config}, an
     * UPDATE of {@code pg_settings}, and functions that run the SQL they are given.
     */
    UNSETTLING;

    /**
     * Tells whether the statement is one plain statement that reads or writes rows, and nothing else.
     *
     * @return whether it is {@link #READ} or {@link #WRITE}
     */
    public boolean isPlain() {
        return this == READ || this == WRITE;
    }

    /**
     * Reads the kind off a text.
     *
     * @param sql the text as it is sent
     * @return its kind
     */
    public static SqlKind of(String sql) {
        int effect = SqlEffect.of(sql);
        if ((effect & SqlEffect.UNSETTLING) != 0) {
            return UNSETTLING;
        }
        if ((effect & SqlEffect.NOT_PLAIN) != 0) {
            return OTHER;
        }
        return (effect & SqlEffect.NOT_READING) != 0 ? WRITE : READ;
    }
}
