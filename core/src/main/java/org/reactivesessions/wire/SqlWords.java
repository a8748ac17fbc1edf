package org.reactivesessions.wire;

import java.util.Arrays;

/**
 * The words that are looked for anywhere in a text, in literals too, in one pass and without case: by one letter of each that
 * is rare in SQL, because most texts contain none of them. A text may hide a word from this only by {@code U&"…"}, which is
 * one of the words. Stateless.
 */
final class SqlWords {

    /** Changes settings, runs SQL that it is given, or can spell any name. */
    static final int CHANGES_SETTINGS = 1;
    /** A function whose effects outlast a transaction that never began, or the statement's transaction. */
    static final int REACHES_OUT = 1 << 1;
    /** A prepared statement can be anything. What can run one is none of the plain statements. */
    static final int EXECUTE = 1 << 2;

    static final int PREPARE = 1 << 3;
    /** A lock, or the name of a schema, that belongs to the session. */
    static final int OF_SESSION = 1 << 4;
    /** A function that leaves what only the end of the connection takes away. */
    static final int LASTS = 1 << 5;
    /** A word of its own, which as a name is harmless. */
    static final int TEMP = 1 << 6;

    private static final int ASCII = 128;

    /** A word in lower case, with the place of the letter by which it is looked for. */
    private record Word(String text, int key, int group, boolean whole) {

        /** Whether it is there with its key at this place. */
        boolean isIn(String sql, int keyAt) {
            int from = keyAt - key;
            int to = from + text.length();
            return sql.regionMatches(true, from, text, 0, text.length())
                    && !(whole && (continuesName(sql, to) || !beginsName(sql, from)));
        }

        /** What is behind a backslash may be a blank, of SQL in a literal. */
        private static boolean beginsName(String sql, int at) {
            int first = at;
            while (continuesName(sql, first - 1)) {
                first--;
            }
            return first == at || (first > 0 && sql.charAt(first - 1) == '\\');
        }

        private static boolean continuesName(String sql, int at) {
            return at >= 0 && at < sql.length() && (sql.charAt(at) == '_' || Character.isLetterOrDigit(sql.charAt(at)));
        }
    }

    private static final Word[][] BY_KEY = new Word[ASCII][];

    static {
        addWhole(CHANGES_SETTINGS, "set_config", '_'); // not asset_config
        addWhole(CHANGES_SETTINGS, "set_limit", '_');
        add(CHANGES_SETTINGS, "pg_settings", '_');
        add(CHANGES_SETTINGS, "query_to_xml", '_');
        addWhole(CHANGES_SETTINGS, "ts_stat", '_'); // not payments_status
        addWhole(CHANGES_SETTINGS, "ts_rewrite", '_');
        add(CHANGES_SETTINGS, "u&\"", '&');
        add(REACHES_OUT, "pg_notify", '_');
        add(REACHES_OUT, "dblink", 'k');
        add(REACHES_OUT, "advisory", 'v');
        add(REACHES_OUT, "_replication", '_');
        add(REACHES_OUT, "pg_logical", '_');
        // Large objects, which a read-only transaction may write before PostgreSQL 16.
        add(REACHES_OUT, "lo_creat", '_');
        add(REACHES_OUT, "lo_unlink", '_');
        add(REACHES_OUT, "lo_put", '_');
        add(REACHES_OUT, "lo_from_bytea", '_');
        add(REACHES_OUT, "lo_import", '_');
        add(REACHES_OUT, "lo_open", '_');
        add(REACHES_OUT, "lo_truncate", '_');
        add(EXECUTE, "execute", 'x');
        add(PREPARE, "prepare", 'p');
        add(OF_SESSION, "advisory_lock", 'v');
        add(OF_SESSION, "pg_temp", '_');
        add(LASTS, "dblink_connect", 'k');
        add(LASTS, "l_replication_slot", '_'); // makes one, physical or logical
        add(LASTS, "_replication_origin_session", '_');
        add(LASTS, "pg_backup", '_');
        add(LASTS, "setseed", 'd');
        addWhole(TEMP, "temp", 'p');
        addWhole(TEMP, "temporary", 'p');
    }

    private SqlWords() {}

    private static void add(int group, String text, char key) {
        add(new Word(text, text.indexOf(key), group, false), key);
    }

    private static void addWhole(int group, String text, char key) {
        add(new Word(text, text.indexOf(key), group, true), key);
    }

    private static void add(Word word, char key) {
        put(word, key);
        if (key != Character.toUpperCase(key)) {
            put(word, Character.toUpperCase(key));
        }
    }

    private static void put(Word word, char key) {
        Word[] before = BY_KEY[key] == null ? new Word[0] : BY_KEY[key];
        Word[] after = Arrays.copyOf(before, before.length + 1);
        after[before.length] = word;
        BY_KEY[key] = after;
    }

    /** The groups of the words in a text. */
    static int in(String sql) {
        int found = 0;
        for (int i = 0; i < sql.length(); i++) {
            char c = sql.charAt(i);
            Word[] words = c < ASCII ? BY_KEY[c] : null;
            if (words != null) {
                for (Word word : words) {
                    if (word.isIn(sql, i)) {
                        found |= word.group();
                    }
                }
            }
        }
        return found;
    }
}
