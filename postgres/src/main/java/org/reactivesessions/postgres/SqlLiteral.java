package org.reactivesessions.postgres;

import java.util.HexFormat;

/**
 * The one place where a value becomes part of a text of SQL. The form is {@code E'…'} with quote and backslash doubled and
 * every character outside ASCII as an escape, which means the same whatever {@code standard_conforming_strings},
 * {@code backslash_quote} and {@code client_encoding} are. Stateless.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-STRINGS-ESCAPE">PostgreSQL,
 *     strings with C-style escapes</a>
 */
final class SqlLiteral {

    private static final char LAST_ASCII = 0x7F;
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private SqlLiteral() {}

    /**
     * Writes a value as a literal.
     *
     * @param value any text
     * @return the literal, in ASCII
     * @throws IllegalArgumentException if {@code value} contains NUL, which PostgreSQL cannot store, or half of a surrogate
     *     pair, which is no character; the message does not show the value
     */
    static String of(String value) {
        StringBuilder literal = new StringBuilder(value.length() + 8).append("E'");
        for (int i = 0; i < value.length(); i++) {
            char unit = value.charAt(i);
            if (unit == 0) {
                throw new IllegalArgumentException("a value must not contain NUL (U+0000); PostgreSQL cannot store it");
            } else if (unit == '\'' || unit == '\\') {
                literal.append(unit).append(unit);
            } else if (unit <= LAST_ASCII) {
                literal.append(unit);
            } else if (!Character.isSurrogate(unit)) {
                literal.append("\\u").append(HEX.toHexDigits(unit));
            } else {
                int character = value.codePointAt(i++);
                if (!Character.isSupplementaryCodePoint(character)) {
                    throw new IllegalArgumentException(
                            "a value must not contain half of a surrogate pair; it is no character");
                }
                literal.append("\\U").append(HEX.toHexDigits(character));
            }
        }
        return literal.append('\'').toString();
    }
}
