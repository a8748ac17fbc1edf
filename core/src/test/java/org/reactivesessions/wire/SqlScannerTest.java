package org.reactivesessions.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.wire.SqlScanner.Kind;

/**
 * How text is read, seen through {@link TransactionControl}. All texts were sent to PostgreSQL 15 and 18 with
 * {@code standard_conforming_strings} on and off: none of the first test runs without a COMMIT (some are errors), and none
 * of the second commits.
 */
class SqlScannerTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                // comments
                "--\nCOMMIT",
                "--\rCOMMIT",
                "-- '\r\nCOMMIT",
                "/* ' */COMMIT",
                "/* /* \" */ $$ */ COMMIT",
                "/**/COMMIT",
                "/***/COMMIT/**/AND/**/CHAIN",
                "/*/**/*/COMMIT",
                "SELECT 2*/*c*/3; COMMIT",
                "SELECT 1+--x\n2; COMMIT",
                "SELECT 1--\r;COMMIT",
                "SELECT 5 - - 3 / 2; COMMIT",
                "SELECT '/*'; COMMIT; --*/",
                "SELECT '--'; COMMIT",
                // blanks
                " \t\n\r\f\u000BCOMMIT\u000B",
                "\uFEFFCOMMIT",
                // strings
                "SELECT ''; COMMIT",
                "SELECT 'it''s'; COMMIT",
                "SELECT 'a'\n'b'; COMMIT",
                "SELECT '\\'; COMMIT; --'",
                "SELECT '\\''; COMMIT --'",
                "SELECT N'\\'; COMMIT; --'",
                "SELECT U&'\\\\'; COMMIT; --'",
                "SELECT E'\\''; COMMIT --'",
                "SELECT e'\\\\'; COMMIT; --'",
                "SELECT E'it''s'; COMMIT",
                "SELECT E'a'\n'\\''; COMMIT --'",
                "SELECT '\\', E'a'\n'\\''; COMMIT --'",
                "SELECT '\\', E'a' -- b\r \t'\\''; COMMIT --'",
                "SELECT E'a' '\\'; COMMIT; --'",
                "SELECT B'1'; COMMIT; SELECT x'1F'",
                "SELECT '\\''; CREATE TABLE IF NOT EXISTS t (a bit DEFAULT B'\\'); COMMIT; --'",
                "SELECT '\\''; CREATE TABLE IF NOT EXISTS t (a bit DEFAULT b''\n'\\'); COMMIT; --'",
                "SELECT '\\''; CREATE TABLE IF NOT EXISTS t (a bit DEFAULT X'\\'); COMMIT; --'",
                // names
                "SELECT 1 \"a\"\"b\"; COMMIT",
                "SELECT 1 \"a\\\"; COMMIT; --\"",
                "SELECT 1 U&\"a\\005C\"; COMMIT; --\"",
                "SELECT e\"a\"; COMMIT",
                "SELECT base'\\'; COMMIT; --'",
                "SELECT u&1; COMMIT",
                // dollar quotes
                "SELECT $$$$; COMMIT",
                "SELECT $a$$a$; COMMIT",
                "SELECT $a$b$a$; COMMIT; --$a$",
                "SELECT $é_1$'$é_1$; COMMIT",
                "SELECT 1 AS a$$; COMMIT; --$$",
                "SELECT 1 AS é$$; COMMIT; --$$",
                "SELECT 1 AS a$1$b; COMMIT; --$1$b",
                "SELECT $1; COMMIT; --$1",
                "SELECT $1$; COMMIT; --$1$",
                "SELECT $a-$; COMMIT; --$a-$",
                "SELECT $a; COMMIT; --$a",
                "SELECT $; COMMIT",
                // a word ends where the next token starts
                "COMMIT'a'",
                "COMMIT\"a\"",
                "COMMIT(1)",
                "COMMIT.a",
                "COMMIT-1",
                "COMMIT\u0000",
                // semicolons split everywhere
                "SELECT (1; COMMIT)",
                "SELECT a[1;COMMIT]"
            })
    void controlOutsideOfQuotesMustBeFound(String sql) {
        assertThat(TransactionControl.find(sql)).isEqualTo("COMMIT");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-- ; COMMIT",
                "SELECT 1 -- ; COMMIT",
                "SELECT 1 @-- ; COMMIT\n 1",
                "SELECT 1--\u2028; COMMIT",
                "/*/*/ COMMIT; */*/",
                "/* /* */ ; COMMIT",
                "/* ; COMMIT",
                "/*",
                "/*/; COMMIT */ SELECT 1",
                "SELECT 1 +/* ; COMMIT; */ 2",
                "SELECT '; COMMIT; '",
                "SELECT '''; COMMIT; '''",
                "SELECT '; COMMIT",
                "SELECT E'\\'; COMMIT; --'",
                "SELECT e'\\'; COMMIT; --'",
                "SELECT E'\n\\'; COMMIT; --'",
                "SELECT E'a\\",
                "SELECT E'; COMMIT; \\",
                "SELECT E'a'\n'\\'; COMMIT; --'",
                "SELECT E'a' --b\r\n --c\n '\\'; COMMIT; --'",
                "SELECT E'a'\n'b'\n'\\'; COMMIT; --'",
                "SELECT 'a' \n--",
                "SELECT 'a;'\n\f;SELECT 1",
                "SELECT \"; COMMIT; \"",
                "SELECT \"a\"\"; COMMIT; --\"",
                "SELECT \"; COMMIT",
                "SELECT U&\"; COMMIT; \"",
                "SELECT U&\"a\"\"; COMMIT; \"",
                "SELECT $$; COMMIT; $$",
                "SELECT $$; COMMIT; ",
                "SELECT $a$ $$; COMMIT; $A$; COMMIT; $a$",
                "SELECT $_é1$; COMMIT; $_é1$",
                "SELECT $$ $a$; COMMIT; --$$",
                "SELECT 1$$; COMMIT; $$",
                "SELECT $1$$; COMMIT; $$"
            })
    void controlInsideOfQuotesAndCommentsMustPass(String sql) {
        assertThat(TransactionControl.find(sql)).isNull();
    }

    @ParameterizedTest
    @ValueSource(chars = {'a', 'z', 'A', 'Z', '0', '9', '_', '$', '\u0080', '\u00A0', 'é', '\uFFFF'})
    void aCharacterOfANameMustContinueTheWord(char c) {
        assertThat(TransactionControl.find("COMMIT" + c)).isNull();
        assertThat(TransactionControl.find("SELECT 1 AS a" + c + "$$; COMMIT")).isEqualTo("COMMIT");
    }

    @ParameterizedTest
    @ValueSource(chars = {'\b', '\u000E', ' ', '!', '/', ':', '@', '[', '^', '`', '{', '\u007F'})
    void anyOtherCharacterMustEndTheWord(char c) {
        assertThat(TransactionControl.find("COMMIT" + c)).isEqualTo("COMMIT");
        assertThat(TransactionControl.find("SELECT a" + c + "$$; COMMIT; $$")).isNull();
    }

    @ParameterizedTest
    @ValueSource(chars = {'a', 'z', 'A', 'Z', '_', '\u0080', 'é'})
    void aCharacterOfANameMustMakeATag(char c) {
        assertThat(TransactionControl.find("SELECT $" + c + "$; COMMIT; $" + c + "$"))
                .isNull();
        assertThat(TransactionControl.find("SELECT $_" + c + "09$; COMMIT; $_" + c + "09$"))
                .isNull();
    }

    @Test
    void tokensMustBeTold() {
        SqlScanner tokens = new SqlScanner("a (b).\"AZ\"\"_\" U&\"e\" 'f' ; --", false);

        assertThat(tokens.next()).isEqualTo(Kind.WORD);
        assertThat(tokens.is("A")).isTrue();
        assertThat(tokens.is("AB")).isFalse();
        assertThat(tokens.settingName()).isEqualTo("a");
        assertThat(tokens.next()).isEqualTo(Kind.OPENING_PARENTHESIS);
        assertThat(tokens.is("(")).isFalse();
        assertThat(tokens.settingName()).isEmpty();
        assertThat(tokens.next()).isEqualTo(Kind.WORD);
        assertThat(tokens.next()).isEqualTo(Kind.CLOSING_PARENTHESIS);
        assertThat(tokens.next()).isEqualTo(Kind.DOT);
        assertThat(tokens.next()).isEqualTo(Kind.QUOTED_NAME);
        assertThat(tokens.settingName()).isEqualTo("az\"\"_");
        assertThat(tokens.next()).isEqualTo(Kind.ESCAPED_NAME);
        assertThat(tokens.settingName()).isEmpty();
        assertThat(tokens.next()).isEqualTo(Kind.OTHER);
        assertThat(tokens.next()).isEqualTo(Kind.SEMICOLON);
        assertThat(tokens.next()).isEqualTo(Kind.END_OF_TEXT);
        assertThat(tokens.next()).isEqualTo(Kind.END_OF_TEXT);
        assertThat(tokens.kind()).isEqualTo(Kind.END_OF_TEXT);
    }
}
