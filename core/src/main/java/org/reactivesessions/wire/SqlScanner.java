package org.reactivesessions.wire;

/**
 * The tokens of one SQL text, found by the lexical rules of PostgreSQL and only as finely as {@link TransactionControl}
 * needs them: words, names, parentheses, dots and semicolons; a literal is one token without content. A construct that is
 * not closed ends at the end of the text. The text has to be well-formed UTF-16.
 *
 * <p><strong>Threads:</strong> a cursor with state, for one thread and one pass.
 *
 * <p>The rules are those of {@code src/backend/parser/scan.l} of PostgreSQL 15 to 18, whose differences from each other
 * only decide which texts are syntax errors.
 */
final class SqlScanner {

    /** The kind of the token under the cursor. */
    enum Kind {
        /** A key word or an unquoted identifier. */
        WORD,
        /** A quoted identifier. */
        QUOTED_NAME,
        /** A quoted identifier that may spell its characters as escapes: {@code U&"…"}. */
        ESCAPED_NAME,
        SEMICOLON,
        DOT,
        OPENING_PARENTHESIS,
        CLOSING_PARENTHESIS,
        /** A literal, or one character that means nothing here. */
        OTHER,
        END_OF_TEXT
    }

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final String sql;
    private final int length;
    private final boolean plainStringsEscape;
    private Kind kind = Kind.OTHER;
    private int start;
    private int end;

    /**
     * A cursor before the first token.
     *
     * @param plainStringsEscape whether a backslash escapes in {@code '…'} too, as it does when
     *     {@code standard_conforming_strings} is off
     */
    SqlScanner(String sql, boolean plainStringsEscape) {
        this.sql = sql;
        this.length = sql.length();
        this.plainStringsEscape = plainStringsEscape;
        if (length > 0 && sql.charAt(0) == BYTE_ORDER_MARK) {
            end = 1; // a letter to PostgreSQL, which then knows no statement of that name
        }
    }

    /** The kind of the next token, which becomes the current one. */
    Kind next() {
        start = afterBlanks(end);
        end = Math.min(start + 1, length);
        kind = start == length ? Kind.END_OF_TEXT : token(sql.charAt(start));
        return kind;
    }

    /** The kind of the current token. */
    Kind kind() {
        return kind;
    }

    /** Moves on to the first semicolon at or behind the current token, or to the end of the text. */
    void skipToSemicolon() {
        while (kind != Kind.SEMICOLON && kind != Kind.END_OF_TEXT) {
            next();
        }
    }

    /** Whether the current token is this key word, which is given in upper case. */
    boolean is(String keyword) {
        if (kind != Kind.WORD || end - start != keyword.length()) {
            return false;
        }
        for (int i = 0; i < keyword.length(); i++) {
            if (lower(sql.charAt(start + i)) != lower(keyword.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** The identifier under the cursor as PostgreSQL compares names of settings, or an empty text for any other token. */
    String settingName() {
        int quotes = kind == Kind.QUOTED_NAME ? 1 : 0;
        if (quotes == 0 && kind != Kind.WORD) {
            return "";
        }
        StringBuilder name = new StringBuilder(end - start);
        for (int i = start + quotes; i < end - quotes; i++) {
            char c = sql.charAt(i);
            // The one letter that a server may fold to an ASCII one: encoding LATIN5, locale tr_TR, identifiers only.
            name.append(c == '\u0130' ? 'i' : lower(c));
        }
        return name.toString();
    }

    private Kind token(char first) {
        return switch (first) {
            case ';' -> Kind.SEMICOLON;
            case '.' -> Kind.DOT;
            case '(' -> Kind.OPENING_PARENTHESIS;
            case ')' -> Kind.CLOSING_PARENTHESIS;
            case '\'' -> {
                end = afterString(end, plainStringsEscape);
                yield Kind.OTHER;
            }
            case '"' -> {
                end = afterQuotedName(end);
                yield Kind.QUOTED_NAME;
            }
            case '$' -> {
                end = afterDollarQuote(end);
                yield Kind.OTHER;
            }
            default -> startsName(first) ? word(first) : Kind.OTHER;
        };
    }

    private Kind word(char first) {
        while (end < length && continuesName(sql.charAt(end))) {
            end++;
        }
        if (end - start > 1) {
            return Kind.WORD;
        }
        char letter = lower(first);
        if (letter == 'u' && sql.startsWith("&\"", end)) {
            end = afterQuotedName(end + 2);
            return Kind.ESCAPED_NAME;
        }
        // N'…' is a plain string behind a word, and so is U&'…' (with the setting off the server refuses the latter).
        if ((letter == 'e' || letter == 'b' || letter == 'x') && sql.startsWith("'", end)) {
            end = afterString(end + 1, letter == 'e');
            return Kind.OTHER;
        }
        return Kind.WORD;
    }

    private int afterString(int content, boolean escapes) {
        int i = content;
        while (i < length) {
            char c = sql.charAt(i++);
            if (c == '\\' && escapes) {
                i++;
            } else if (c == '\'') {
                int more = sql.startsWith("'", i) ? i + 1 : continuation(i);
                if (more == i) {
                    return i;
                }
                i = more;
            }
        }
        return length;
    }

    /** The content of a string that goes on in a later line, in the same kind of string, or {@code i} if it does not. */
    private int continuation(int i) {
        boolean newline = false;
        int at = i;
        while (at < length) {
            char c = sql.charAt(at);
            if (isBlank(c)) {
                newline |= isNewline(c);
                at++;
            } else if (sql.startsWith("--", at)) {
                at = endOfLine(at);
            } else {
                return newline && c == '\'' ? at + 1 : i;
            }
        }
        return i;
    }

    private int afterQuotedName(int content) {
        int i = content;
        while (i < length) {
            if (sql.charAt(i++) == '"') {
                if (!sql.startsWith("\"", i)) {
                    return i;
                }
                i++;
            }
        }
        return length;
    }

    private int afterDollarQuote(int tag) {
        int i = tag;
        while (i < length && (i == tag ? startsName(sql.charAt(i)) : continuesTag(sql.charAt(i)))) {
            i++;
        }
        if (!sql.startsWith("$", i)) {
            return tag;
        }
        String delimiter = sql.substring(tag - 1, i + 1);
        int closing = sql.indexOf(delimiter, i + 1);
        return closing < 0 ? length : closing + delimiter.length();
    }

    private int afterBlanks(int from) {
        int i = from;
        while (i < length) {
            if (isBlank(sql.charAt(i))) {
                i++;
            } else if (sql.startsWith("--", i)) {
                i = endOfLine(i);
            } else if (sql.startsWith("/*", i)) {
                i = afterComment(i + 2);
            } else {
                return i;
            }
        }
        return length;
    }

    private int endOfLine(int from) {
        int i = from;
        while (i < length && !isNewline(sql.charAt(i))) {
            i++;
        }
        return i;
    }

    private int afterComment(int content) {
        int depth = 1;
        int i = content;
        while (i < length && depth > 0) {
            if (sql.startsWith("*/", i)) {
                depth--;
                i += 2;
            } else if (sql.startsWith("/*", i)) {
                depth++;
                i += 2;
            } else {
                i++;
            }
        }
        return i;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }

    private static boolean isNewline(char c) {
        return c == '\n' || c == '\r';
    }

    private static boolean startsName(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
    }

    private static boolean continuesTag(char c) {
        return startsName(c) || (c >= '0' && c <= '9');
    }

    private static boolean continuesName(char c) {
        return continuesTag(c) || c == '$';
    }

    private static char lower(char c) {
        return c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
    }
}
