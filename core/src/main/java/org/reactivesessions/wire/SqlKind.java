package org.reactivesessions.wire;

import java.util.Locale;
import org.reactivesessions.wire.SqlScanner.Kind;

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

    private static final String[] READING = {"SELECT", "VALUES", "TABLE", "WITH"};
    private static final String[] WRITING = {"INSERT", "UPDATE", "DELETE", "MERGE"};
    private static final String[] CHANGING_SETTINGS = {"SET", "RESET", "DISCARD", "CALL", "DO"};

    /** Names of functions whose effects outlast a transaction that never began, or the statement's transaction. */
    private static final Words REACHING_OUT = new Words(
            "pg_notify",
            "dblink",
            "advisory",
            "_replication",
            "pg_logical",
            // Large objects, which a read-only transaction may write before PostgreSQL 16.
            "lo_creat",
            "lo_unlink",
            "lo_put",
            "lo_from_bytea",
            "lo_import",
            "lo_open",
            "lo_truncate");

    /** What changes settings, runs SQL that it is given, or, the last, can spell any name. */
    private static final Words CHANGING_BY_NAME =
            new Words("set_config", "pg_settings", "query_to_xml", "ts_stat", "ts_rewrite", "u&\"");

    /** A prepared statement can be anything. What can run one is none of the plain statements. */
    private static final Words RUNNING_PREPARED = new Words("execute");

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
        if (CHANGING_BY_NAME.isIn(sql)) {
            return UNSETTLING;
        }
        SqlScanner tokens = new SqlScanner(sql, false);
        tokens.next();
        SqlKind first = ofPart(tokens);
        if (sql.indexOf(';') >= 0) {
            if (sql.indexOf('\\') >= 0) {
                return UNSETTLING; // where a literal ends is the server's affair, so nobody knows what is a statement
            }
            first = and(first, tokens);
        }
        if (first == OTHER && RUNNING_PREPARED.isIn(sql)) {
            return UNSETTLING;
        }
        return first.isPlain() && REACHING_OUT.isIn(sql) ? OTHER : first;
    }

    /** Whether a text that is not plain may leave what ROLLBACK does not take back. */
    static boolean mayOutlastRollback(String sql) {
        return of(sql) == UNSETTLING
                || REACHING_OUT.isIn(sql)
                || sql.toLowerCase(Locale.ROOT).contains("prepare");
    }

    /** The kind of the whole text, of whose first part the kind is known. */
    private static SqlKind and(SqlKind first, SqlScanner tokens) {
        SqlKind whole = first;
        for (tokens.skipToSemicolon(); tokens.kind() != Kind.END_OF_TEXT; tokens.skipToSemicolon()) {
            if (tokens.next() != Kind.END_OF_TEXT && tokens.kind() != Kind.SEMICOLON) {
                if (whole == UNSETTLING || ofPart(tokens) == UNSETTLING) {
                    return UNSETTLING;
                }
                whole = OTHER;
            }
        }
        return whole;
    }

    private static SqlKind ofPart(SqlScanner tokens) {
        return isAny(tokens, READING)
                ? READ
                : isAny(tokens, WRITING) ? WRITE : isAny(tokens, CHANGING_SETTINGS) ? UNSETTLING : OTHER;
    }

    private static boolean isAny(SqlScanner tokens, String[] words) {
        for (String word : words) {
            if (tokens.is(word)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Words that are looked for anywhere in a text, in one pass and without case: by a letter of each that is rare in SQL,
     * because most texts contain none of them. Immutable.
     */
    private static final class Words {

        private static final String RARE = "_&kvx";

        private final String[] words;
        private final int[] rarest;
        private final boolean[] lookedFor = new boolean[128];

        /** @param words in lower case, of ASCII characters, each with a rare one */
        Words(String... words) {
            this.words = words;
            this.rarest = new int[words.length];
            for (int i = 0; i < words.length; i++) {
                rarest[i] = rarest(words[i]);
                char letter = words[i].charAt(rarest[i]);
                lookedFor[letter] = true;
                lookedFor[Character.toUpperCase(letter)] = true;
            }
        }

        private static int rarest(String word) {
            int index = 0;
            while (RARE.indexOf(word.charAt(index)) < 0) {
                index++;
            }
            return index;
        }

        boolean isIn(String sql) {
            for (int i = 0; i < sql.length(); i++) {
                char c = sql.charAt(i);
                if (c < lookedFor.length && lookedFor[c] && isAround(sql, i)) {
                    return true;
                }
            }
            return false;
        }

        private boolean isAround(String sql, int index) {
            for (int i = 0; i < words.length; i++) {
                if (sql.regionMatches(true, index - rarest[i], words[i], 0, words[i].length())) {
                    return true;
                }
            }
            return false;
        }
    }
}
