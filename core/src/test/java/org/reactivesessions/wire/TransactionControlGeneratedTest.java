package org.reactivesessions.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts by the thousand, built of fragments whose truth is known; a failure prints its text, and its seed is its name. */
class TransactionControlGeneratedTest {

    private static final int TEXTS = 20_000;

    private static final List<String> BLANKS = List.of(
            " ",
            "\t",
            "\n",
            "\r\n",
            "\f",
            "\u000B",
            "--\n",
            "-- it's; COMMIT\r",
            "/**/",
            "/* ; COMMIT; ' $$ */",
            "/* /* \" */ ; END */");

    /** Literals and expressions in which everything is quoted, whether or not a backslash escapes in {@code '…'}. */
    private static final List<String> VALUES = List.of(
            "1",
            "$1",
            "1.5e3",
            "''",
            "'; COMMIT; '",
            "'it''s; END'",
            "'a\\b'",
            "E'\\'; COMMIT; '",
            "e'\\\\'",
            "E'a'\n'\\'; COMMIT; '",
            "'a' -- ;\n '; COMMIT; '",
            "N'; COMMIT;'",
            "B'01'",
            "X'1F'",
            "U&'\\0041;'",
            "$$; COMMIT; $$",
            "$a$ $$; COMMIT; $b$ $a$",
            "$é$;END;$é$",
            "\"; COMMIT; \"",
            "\"a\"\"; END\"",
            "U&\"\\003B;\"",
            "commit",
            "a$$",
            "é$1$b",
            "begin atomic",
            "2*/*;*/3",
            "4 - -5",
            "(SELECT ';')",
            "a[1]",
            "'/*'",
            "'--'",
            "CASE WHEN a THEN b END",
            "'\uD83D\uDE00;'");

    private static final List<String> STATEMENTS = List.of(
            "SELECT",
            "INSERT INTO t VALUES",
            "WITH commit AS",
            "SET search_path TO",
            "SET LOCAL app.transaction_x =",
            "PREPARE commit AS SELECT",
            "(SELECT",
            "EXPLAIN SELECT",
            "RESET commit,",
            "CREATE VIEW v AS SELECT",
            "\"COMMIT\"",
            "committed AS",
            "SHOW transaction_isolation,");

    private static final List<String> COMMANDS = List.of(
            "BEGIN",
            "COMMIT",
            "END",
            "ROLLBACK",
            "ABORT",
            "SAVEPOINT",
            "RELEASE",
            "START TRANSACTION",
            "SET TRANSACTION",
            "SET SESSION CHARACTERISTICS",
            "SET transaction_read_only",
            "RESET default_transaction_isolation");

    private static final List<String> FIRST_WORDS = List.of(
            "BEGIN",
            "COMMIT",
            "END",
            "ROLLBACK",
            "ABORT",
            "SAVEPOINT",
            "RELEASE",
            "START",
            "PREPARE",
            "SET",
            "RESET",
            "unpaired");

    private static final List<String> ALPHABET = List.of(
            "'",
            "\"",
            "\\",
            "$",
            "$$",
            "$a$",
            "/*",
            "*/",
            "--",
            "\n",
            "\r",
            ";",
            " ",
            "E'",
            "B'",
            "U&\"",
            "U&'",
            "(",
            ")",
            ".",
            "BEGIN",
            "ATOMIC",
            "END",
            "CREATE",
            "OR",
            "REPLACE",
            "FUNCTION",
            "SET",
            "LOCAL",
            "SESSION",
            "RESET",
            "PREPARE",
            "TRANSACTION",
            "transaction_",
            "a",
            "_",
            "1",
            "é",
            "\u0000",
            "\uFEFF",
            "\uD83D\uDE00",
            "\uD83D",
            "\uDE00");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void theFirstCommandOfAnyTextMustBeFoundAndNothingElse(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < TEXTS; i++) {
            StringBuilder text = new StringBuilder();
            String expected = null;
            int parts = 1 + random.nextInt(5);
            for (int part = 0; part < parts; part++) {
                text.append(part == 0 ? "" : ";").append(optional(random));
                int kind = random.nextInt(8);
                if (kind == 0) {
                    String command = pick(COMMANDS, random);
                    text.append(spread(command, random)).append(blanks(random)).append(pick(VALUES, random));
                    expected = expected == null ? command : expected;
                } else if (kind == 1) {
                    text.append(routine(random));
                } else if (kind > 2) {
                    text.append(statement(random));
                }
                text.append(optional(random));
            }

            assertThat(TransactionControl.find(text.toString()))
                    .as(text.toString())
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void anyTextMustHaveAnAnswer(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < TEXTS; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(30); length > 0; length--) {
                text.append(pick(ALPHABET, random));
            }

            String found = TransactionControl.find(text.toString());

            if (found != null) {
                assertThat(FIRST_WORDS).as(text.toString()).contains(found.replaceFirst(" .*", ""));
            }
        }
    }

    private static String statement(Random random) {
        StringBuilder text = new StringBuilder(spread(pick(STATEMENTS, random), random));
        for (int values = random.nextInt(4); values > 0; values--) {
            text.append(blanks(random)).append(pick(VALUES, random)).append(values == 1 ? "" : ",");
        }
        return text.toString();
    }

    private static String routine(Random random) {
        StringBuilder text = new StringBuilder(spread("CREATE OR REPLACE FUNCTION f(begin atomic) LANGUAGE", random));
        text.append(blanks(random)).append(spread("sql", random)).append(blanks(random));
        if (random.nextBoolean()) {
            return text.append("RETURN (SELECT begin atomic FROM commit)").toString();
        }
        text.append(spread("BEGIN ATOMIC", random)).append(blanks(random));
        for (int statements = random.nextInt(3); statements > 0; statements--) {
            text.append(statement(random)).append(';').append(optional(random));
        }
        return text.append("END").toString();
    }

    private static String spread(String words, Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < words.length(); i++) {
            char c = words.charAt(i);
            if (c == ' ') {
                text.append(blanks(random));
            } else {
                text.append(random.nextBoolean() ? Character.toLowerCase(c) : Character.toUpperCase(c));
            }
        }
        return text.toString();
    }

    private static String blanks(Random random) {
        return pick(BLANKS, random) + optional(random);
    }

    private static String optional(Random random) {
        return random.nextBoolean() ? "" : blanks(random);
    }

    private static String pick(List<String> fragments, Random random) {
        return fragments.get(random.nextInt(fragments.size()));
    }
}
