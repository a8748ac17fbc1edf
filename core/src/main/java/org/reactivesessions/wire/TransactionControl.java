package org.reactivesessions.wire;

import org.jspecify.annotations.Nullable;
import org.reactivesessions.wire.SqlScanner.Kind;

/**
 * The search for transaction control in SQL text that is not ours: the scope alone begins and ends its transaction, and
 * {@code COMMIT AND CHAIN} or {@code COMMIT; BEGIN} leaves no trace in any status, so it must not be sent.
 *
 * <p>Looked at are the first words of every part between semicolons. Whatever PostgreSQL would run as transaction control
 * is found. Found as well, although it would run as something else, are a {@code SET} or {@code RESET} of a name written
 * as {@code U&"…"}, which can spell any name, one of {@code "transaction_x.y"} with the dot between the quotes, and a text
 * with a backslash that is control in only one of two readings: whether a backslash escapes in {@code '…'} depends on
 * {@code standard_conforming_strings}, which is the server's affair.
 *
 * <p>The text must be the one that is sent: a driver that joins the texts of a batch, or appends a {@code RETURNING}
 * clause, makes a new one, in which a quote of the first text can end in the second. It must also be read as UTF-8, so a
 * change of {@code client_encoding} ({@code SET NAMES} too) is reported like transaction control. What a statement does inside the server is not text and is not
 * found: {@code set_config}, and what functions, procedures and {@code DO} blocks run (their own {@code COMMIT} fails in a
 * transaction).
 *
 * <p><strong>Threads:</strong> stateless and thread-safe.
 *
 * <p>The rules are those of {@code scan.l} and {@code gram.y} of PostgreSQL 15 to 18.
 *
 * @since 0.1
 */
public final class TransactionControl {

    static final String UNPAIRED_SURROGATE = "unpaired surrogate";

    /** Each is a command by itself, whatever follows. */
    private static final String[] COMMANDS = {
        "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "ABORT", "END", "START"
    };

    private TransactionControl() {}

    /**
     * The name of the first transaction-control command in a text.
     *
     * <p>A text with an unpaired surrogate is reported as {@code unpaired surrogate}: it has no UTF-8 form, and the bytes
     * that Netty sends in its place and in place of the character behind it may be a line feed or a semicolon.
     *
     * @param sql the text as it is sent
     * @return a name such as {@code COMMIT}, {@code SET TRANSACTION} or {@code SET transaction_read_only}, or null when
     *     there is none
     */
    public static @Nullable String find(String sql) {
        if (hasUnpairedSurrogate(sql)) {
            return UNPAIRED_SURROGATE;
        }
        if (sql.indexOf(';') < 0) {
            SqlScanner tokens = new SqlScanner(sql, false);
            tokens.next();
            return command(tokens);
        }
        String found = findInParts(new SqlScanner(sql, false));
        return found == null && sql.indexOf('\\') >= 0 ? findInParts(new SqlScanner(sql, true)) : found;
    }

    private static @Nullable String findInParts(SqlScanner tokens) {
        boolean insideBody = false;
        while (tokens.next() != Kind.END_OF_TEXT) {
            if (insideBody && tokens.is("END")) {
                insideBody = false;
            } else if (tokens.is("CREATE")) {
                insideBody |= opensBody(tokens);
            } else {
                String found = command(tokens);
                if (found != null) {
                    return found;
                }
            }
            tokens.skipToSemicolon();
        }
        return null;
    }

    /**
     * Whether this part, which starts with CREATE, leaves the body of a routine open: {@code BEGIN ATOMIC}, outside
     * parentheses and not closed at once by {@code END}. Every statement of a body ends with a semicolon, so the
     * {@code END} of a body that is not empty starts a part. Only the first {@code BEGIN ATOMIC} counts: a second one
     * can be a column and its alias.
     */
    private static boolean opensBody(SqlScanner tokens) {
        tokens.next();
        if (tokens.is("OR")) {
            tokens.next();
            if (tokens.is("REPLACE")) {
                tokens.next();
            }
        }
        if (!tokens.is("FUNCTION") && !tokens.is("PROCEDURE")) {
            return false;
        }
        int depth = 0;
        boolean begin = false;
        for (Kind kind = tokens.next(); kind != Kind.SEMICOLON && kind != Kind.END_OF_TEXT; kind = tokens.next()) {
            if (kind == Kind.OPENING_PARENTHESIS) {
                depth++;
            } else if (kind == Kind.CLOSING_PARENTHESIS) {
                depth--;
            } else if (depth == 0 && begin && tokens.is("ATOMIC")) {
                tokens.next();
                return !tokens.is("END");
            }
            begin = tokens.is("BEGIN");
        }
        return false;
    }

    /** The command that the current token, the first of its part, starts, or null when it is not transaction control. */
    private static @Nullable String command(SqlScanner tokens) {
        for (String command : COMMANDS) {
            if (tokens.is(command)) {
                return command.equals("START") ? "START TRANSACTION" : command;
            }
        }
        if (tokens.is("SET")) {
            return setting("SET ", tokens);
        }
        if (tokens.is("RESET")) {
            return setting("RESET ", tokens);
        }
        if (tokens.is("PREPARE")) {
            return prepare(tokens);
        }
        return null;
    }

    /** A prepared statement may be called {@code transaction} too. */
    private static @Nullable String prepare(SqlScanner tokens) {
        tokens.next();
        if (!tokens.is("TRANSACTION")) {
            return null;
        }
        boolean statementName = tokens.next() == Kind.OPENING_PARENTHESIS || tokens.is("AS");
        return statementName ? null : "PREPARE TRANSACTION";
    }

    private static @Nullable String setting(String verb, SqlScanner tokens) {
        do {
            tokens.next();
        } while (tokens.is("LOCAL") || tokens.is("SESSION"));
        if (tokens.kind() == Kind.ESCAPED_NAME) {
            return verb + "U&\"…\"";
        }
        if (tokens.is("CHARACTERISTICS")) {
            return verb + "SESSION CHARACTERISTICS";
        }
        if (tokens.is("TRANSACTION")) {
            return unlessQualified(verb + "TRANSACTION", tokens);
        }
        if (tokens.is("NAMES")) {
            return unlessQualified(verb + "NAMES", tokens);
        }
        String name = tokens.settingName();
        boolean controls = name.startsWith("transaction_")
                || name.startsWith("default_transaction_")
                || name.equals("client_encoding");
        return controls ? unlessQualified(verb + name, tokens) : null;
    }

    /** {@code transaction.tenant} and the like are an application's own settings, which mean nothing to the server. */
    private static @Nullable String unlessQualified(String found, SqlScanner tokens) {
        return tokens.next() == Kind.DOT ? null : found;
    }

    private static boolean hasUnpairedSurrogate(String sql) {
        for (int i = 0; i < sql.length(); i++) {
            if (Character.isSurrogate(sql.charAt(i))) {
                if (Character.charCount(sql.codePointAt(i)) == 1) {
                    return true;
                }
                i++;
            }
        }
        return false;
    }
}
