package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.postgres.security.SecurityRow;

@SecurityRow("S8")
class SettingNameTest {

    private static final List<String> ONE = List.of("secret");

    @ParameterizedTest
    @CsvSource({
        "work_mem, \"work_mem\"",
        "app.tenant, \"app\".\"tenant\"",
        "APP.Tenant, \"app\".\"tenant\"",
        "user.id, \"user\".\"id\"",
        "a.b.c$1, \"a\".\"b\".\"c$1\"",
        "session_replication_role, \"session_replication_role\""
    })
    void aNameMustBeQuotedPartByPart(String name, String quoted) {
        SettingName.require(name, ONE);
        assertThat(SettingName.quoted(name)).isEqualTo(quoted);
    }

    static Stream<String> noNames() {
        return Stream.of(
                "",
                " ",
                ".",
                "a.",
                ".a",
                "a..b",
                "1a",
                "a.1",
                "a b",
                "a\"b",
                "a'b",
                "a;b",
                "a-b",
                "a=b",
                "a\0",
                "a\n",
                "tenänt",
                "app.tenant = ''; COMMIT",
                "x".repeat(64),
                "app." + "x".repeat(64));
    }

    @ParameterizedTest
    @MethodSource("noNames")
    void whatIsNoNameMustBeRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SettingName.require(name, ONE))
                .withMessageContaining("a setting's name must be")
                .withMessageContaining("but was \"" + name + "\"");
        assertThatIllegalArgumentException().isThrownBy(() -> SettingName.quoted(name));
    }

    /** The Kelvin sign is a k in lower case. */
    @Test
    void aNameMustBeCheckedAsItIsSent() {
        assertThat(SettingName.quoted("wor\u212A_mem")).isEqualTo("\"work_mem\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SettingName.require("loc\u212A_timeout", ONE))
                .withMessageContaining("use lockTimeout(…)");
    }

    @Test
    void aNameMustBeInNothingButItsQuotes() {
        Random random = new Random(14);
        for (int i = 0; i < 20_000; i++) {
            String name = Texts.random(random);
            try {
                assertThat(SettingName.quoted(name)).matches("\"[a-z0-9_$]+\"(\\.\"[a-z0-9_$]+\")*");
            } catch (IllegalArgumentException refused) {
                assertThat(refused).hasMessageContaining("a setting's name must be");
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "role | SET LOCAL ROLE as a statement",
                "ROLE | SET LOCAL ROLE as a statement",
                "session_authorization | SET LOCAL ROLE as a statement",
                "transaction_isolation | use isolation(…), readOnly() and deferrable()",
                "transaction_read_only | use isolation(…), readOnly() and deferrable()",
                "transaction_deferrable | use isolation(…), readOnly() and deferrable()",
                "default_transaction_read_only | use isolation(…), readOnly() and deferrable()",
                "Default_Transaction_Isolation | use isolation(…), readOnly() and deferrable()",
                "transaction_timeout | the scope sets it",
                "client_encoding | the driver writes and reads UTF-8",
                "standard_conforming_strings | decides how SQL is read",
                "exit_on_error | every error would cost the connection",
                "statement_timeout | use statementTimeout(…)",
                "lock_timeout | use lockTimeout(…)",
                "idle_in_transaction_session_timeout | use idleTimeout(…)"
            })
    void whatWouldEndangerTheScopeMustBeRefused(String name, String reason) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SettingName.require(name, ONE))
                .withMessageStartingWith("setting \"" + name + "\" is refused: ")
                .withMessageContaining(reason)
                .satisfies(error -> assertThat(error.getMessage()).doesNotContain("secret"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"search_path", "Temp_Tablespaces"})
    void aListInOneValueMustBeRefused(String name) {
        SettingName.require(name, List.of("one", "two"));
        assertThatIllegalArgumentException().isThrownBy(() -> SettingName.require(name, List.of(",two")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SettingName.require(name, List.of("one, two")))
                .withMessageContaining(
                        "give each element as a value of its own: setting(\"" + name + "\", first, second)");
        SettingName.require("datestyle", List.of("ISO, DMY"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret\0", "secret\uD83D"})
    void aValueThatIsNoTextMustBeRefused(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SettingName.require("app.tenant", List.of("one", value)))
                .withMessageStartingWith("setting \"app.tenant\": a value must not contain")
                .satisfies(error -> assertThat(error.getMessage()).doesNotContain("secret"));
    }
}
