package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.postgres.security.SecurityRow;

@SecurityRow("S8")
class SqlLiteralTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "a, E'a'",
                "``, E''",
                "it's, E'it''s'",
                "\\, E'\\\\'",
                "\\', E'\\\\'''",
                "$1 $$ ; --, E'$1 $$ ; --'",
                "\u007F, E'\u007F'",
                "é, E'\\u00E9'",
                "表, E'\\u8868'",
                "\uFFFF, E'\\uFFFF'",
                "😀, E'\\U0001F600'"
            })
    void aLiteralMustBeWrittenInAscii(String value, String literal) {
        assertThat(SqlLiteral.of(value)).isEqualTo(literal);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\0", "\uD83D", "\uDE00a", "\uDE00\uD83D", "a\uD83Db"})
    void whatIsNoTextMustBeRefusedWithoutBeingShown(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SqlLiteral.of(value))
                .withMessageContaining("a value must not contain")
                .satisfies(error -> assertThat(error.getMessage()).doesNotContain(value));
    }

    /** Read by the rules of PostgreSQL's manual, the literal is one token, and means the value. */
    @Test
    void anyTextMustBeOneTokenThatMeansIt() {
        Random random = new Random(20_261_120);
        for (int i = 0; i < 20_000; i++) {
            String value = Texts.random(random);
            String literal = SqlLiteral.of(value);
            assertThat(literal.chars()).allMatch(unit -> unit > 0 && unit < 0x80);
            assertThat(read(literal)).isEqualTo(value);
        }
    }

    /** An independent reader of {@code E'…'}, which fails where the literal would end early. */
    private static String read(String literal) {
        assertThat(literal).startsWith("E'").endsWith("'");
        StringBuilder value = new StringBuilder();
        String body = literal.substring(2, literal.length() - 1);
        for (int i = 0; i < body.length(); i++) {
            char unit = body.charAt(i);
            if (unit == '\'') {
                assertThat(body.charAt(++i)).isEqualTo('\'');
                value.append('\'');
            } else if (unit != '\\') {
                value.append(unit);
            } else {
                char escape = body.charAt(++i);
                int digits = escape == 'u' ? 4 : escape == 'U' ? 8 : 0;
                if (digits == 0) {
                    assertThat(escape).isEqualTo('\\');
                    value.append('\\');
                } else {
                    value.appendCodePoint(Integer.parseInt(body.substring(i + 1, i + 1 + digits), 16));
                    i += digits;
                }
            }
        }
        return value.toString();
    }
}
