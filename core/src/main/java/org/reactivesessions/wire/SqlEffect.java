package org.reactivesessions.wire;

import org.reactivesessions.wire.SqlScanner.Kind;

/**
 * What a statement may do that somebody else has to know of, as a set of bits, read off its text in one go. The effects of
 * several statements are the union of theirs; an effect nobody can rule out is there.
 *
 * <p>Stateless. The words are those of PostgreSQL 15 to 18; a first word that is not known may leave anything.
 */
final class SqlEffect {

    /** More than reading rows. */
    static final int NOT_READING = 1;
    /** More than one statement that reads or writes rows. */
    static final int NOT_PLAIN = 1 << 1;
    /** Settings of the session. */
    static final int UNSETTLING = 1 << 2;
    /** What ROLLBACK does not take back. */
    static final int OUTLASTS_ROLLBACK = 1 << 3;
    /** What belongs to the session, and goes with a reset. */
    static final int OF_SESSION = 1 << 4;
    /** What goes only with the connection. */
    static final int LASTS = 1 << 5;

    /** What ends with the transaction, if the database says so. */
    static final int LOCAL = 1 << 6;

    private static final int OTHER = NOT_READING | NOT_PLAIN;
    private static final int CHANGES_SESSION = OTHER | OF_SESSION;
    private static final int CHANGES_SETTINGS = CHANGES_SESSION | UNSETTLING | OUTLASTS_ROLLBACK;

    private static final String[] READING = {"SELECT", "VALUES", "TABLE", "WITH"};
    private static final String[] WRITING = {"INSERT", "UPDATE", "DELETE", "MERGE"};
    private static final String[] SETTING = {"RESET", "CALL", "DO"};

    /** Commands that leave nothing behind, some of them the scope's own, some of other databases. */
    private static final String[] HARMLESS = {
        "ALTER", "ANALYZE", "CHECKPOINT", "CLOSE", "CLUSTER", "COMMENT", "COPY", "DROP", "FETCH", "GRANT", "IMPORT",
                "LOCK",
        "MOVE", "NOTIFY", "REASSIGN", "REFRESH", "REINDEX", "RELEASE", "REPLACE", "REVOKE", "ROLLBACK", "SAVEPOINT",
                "SECURITY", "SHOW",
        "TRUNCATE", "UNLISTEN", "UPSERT", "VACUUM", "VALIDATE"
    };

    private SqlEffect() {}

    static int of(String sql) {
        SqlScanner tokens = new SqlScanner(sql, false);
        tokens.next();
        int effect = ofPart(tokens);
        if (sql.indexOf(';') >= 0) {
            effect |= sql.indexOf('\\') >= 0
                    ? CHANGES_SETTINGS // where a literal ends is the server's affair, so nobody knows what is a
                    // statement
                    : ofRest(tokens);
        }
        int words = SqlWords.in(sql);
        return words == 0 ? effect : effect | ofWords(words, effect, sql);
    }

    /** The first part is empty, or known. */
    private static int ofRest(SqlScanner tokens) {
        int effect = 0;
        for (tokens.skipToSemicolon(); tokens.kind() != Kind.END_OF_TEXT; tokens.skipToSemicolon()) {
            if (tokens.next() != Kind.END_OF_TEXT && tokens.kind() != Kind.SEMICOLON) {
                effect |= OTHER | ofPart(tokens);
            }
        }
        return effect;
    }

    private static int ofPart(SqlScanner tokens) {
        if (isAny(tokens, READING)) {
            return 0;
        }
        if (isAny(tokens, WRITING)) {
            return NOT_READING;
        }
        if (tokens.is("SET")) {
            return ofSet(tokens);
        }
        if (isAny(tokens, SETTING)) {
            return CHANGES_SETTINGS;
        }
        if (tokens.kind() == Kind.END_OF_TEXT || tokens.kind() == Kind.SEMICOLON || isAny(tokens, HARMLESS)) {
            return OTHER;
        }
        if (tokens.kind() == Kind.OPENING_PARENTHESIS) {
            return ofParentheses(tokens);
        }
        if (tokens.is("CREATE")) {
            return ofCreate(tokens);
        }
        if (tokens.is("DECLARE")) {
            return ofDeclare(tokens);
        }
        if (tokens.is("DISCARD")) {
            tokens.next();
            return tokens.is("ALL") ? CHANGES_SETTINGS | LASTS : CHANGES_SETTINGS;
        }
        if (tokens.is("DEALLOCATE")) {
            return ofDeallocate(tokens);
        }
        return tokens.is("LOAD") ? CHANGES_SESSION | LASTS : CHANGES_SESSION;
    }

    private static int ofParentheses(SqlScanner tokens) {
        while (tokens.kind() == Kind.OPENING_PARENTHESIS) {
            tokens.next();
        }
        return isAny(tokens, READING) ? OTHER : CHANGES_SESSION;
    }

    private static int ofSet(SqlScanner tokens) {
        tokens.next();
        return tokens.is("LOCAL") ? OTHER | LOCAL : CHANGES_SETTINGS;
    }

    private static int ofCreate(SqlScanner tokens) {
        do {
            tokens.next();
        } while (tokens.is("OR") || tokens.is("REPLACE") || tokens.is("LOCAL") || tokens.is("GLOBAL"));
        return isTemp(tokens) ? CHANGES_SESSION : OTHER;
    }

    /** A cursor that is not WITH HOLD ends with its transaction. */
    private static int ofDeclare(SqlScanner tokens) {
        do {
            tokens.next();
            if (tokens.is("HOLD")) {
                return CHANGES_SESSION;
            }
        } while (!tokens.is("FOR") && tokens.kind() != Kind.SEMICOLON && tokens.kind() != Kind.END_OF_TEXT);
        return OTHER;
    }

    /** The driver believes that the statements it has prepared are there. Their names need quotes. */
    private static int ofDeallocate(SqlScanner tokens) {
        do {
            tokens.next();
        } while (tokens.is("PREPARE"));
        return tokens.is("ALL") || tokens.kind() != Kind.WORD ? CHANGES_SESSION | LASTS : CHANGES_SESSION;
    }

    private static int ofWords(int words, int parts, String sql) {
        int effect = 0;
        if ((words & SqlWords.CHANGES_SETTINGS) != 0 || ((words & SqlWords.EXECUTE) != 0 && (parts & NOT_PLAIN) != 0)) {
            effect |= CHANGES_SETTINGS;
        }
        if ((words & SqlWords.REACHES_OUT) != 0) {
            effect |= OTHER | OUTLASTS_ROLLBACK;
        }
        if ((words & SqlWords.PREPARE) != 0 && (parts & NOT_PLAIN) != 0) {
            effect |= OUTLASTS_ROLLBACK;
        }
        if ((words & SqlWords.OF_SESSION) != 0) {
            effect |= CHANGES_SESSION;
        }
        if ((words & SqlWords.LASTS) != 0) {
            effect |= CHANGES_SESSION | OUTLASTS_ROLLBACK | LASTS;
        }
        if ((words & SqlWords.TEMP) != 0 && parts != NOT_READING && mayBeIntoTemp(sql)) {
            effect |= CHANGES_SESSION;
        }
        return effect;
    }

    /** Whether a SELECT may make a temporary table of what it reads. */
    private static boolean mayBeIntoTemp(String sql) {
        if (sql.indexOf('\\') >= 0) {
            return true;
        }
        SqlScanner tokens = new SqlScanner(sql, false);
        while (tokens.next() != Kind.END_OF_TEXT) {
            if (tokens.is("INTO")) {
                do {
                    tokens.next();
                } while (tokens.is("LOCAL") || tokens.is("GLOBAL"));
                if (isTemp(tokens)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isTemp(SqlScanner tokens) {
        return tokens.is("TEMP") || tokens.is("TEMPORARY");
    }

    private static boolean isAny(SqlScanner tokens, String[] words) {
        for (String word : words) {
            if (tokens.is(word)) {
                return true;
            }
        }
        return false;
    }
}
