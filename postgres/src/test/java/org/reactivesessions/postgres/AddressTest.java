package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {

    private static final String SECRET = "s3cr3t";

    @ParameterizedTest
    @ValueSource(strings = {"r2dbc:postgresql://", "postgresql://"})
    void bothSchemesMustBeUnderstood(String scheme) {
        assertThat(Address.parse(scheme + "us%40er:p%3Aa+ss@db.example:6543/my%20db"))
                .isEqualTo(new Address("db.example", 6543, "my db", "us@er", "p:a+ss"));
    }

    @Test
    void whatIsMissingMustHaveItsDefault() {
        assertThat(Address.parse("postgresql://host")).isEqualTo(new Address("host", 5432, null, null, null));
        assertThat(Address.parse("postgresql://user@host/")).isEqualTo(new Address("host", 5432, null, "user", null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysql://user:s3cr3t@host/db",
                "postgresql://user:s3cr3t@ho st/db",
                "postgresql://user:s3cr3t@under_score/db",
                "postgresql://user:s3cr3t@host:99999/db",
                "postgresql://user:s3cr3t@host/db?password=s3cr3t",
                "postgresql:///db",
                ""
            })
    void aMalformedUrlMustBeRefusedWithoutItsPassword(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PostgresSessions.builder().url(url))
                .satisfies(error -> assertThat(error)
                        .hasMessageMatching("(?s)(url must have the form|port must be).*")
                        .hasNoCause())
                .satisfies(error -> assertThat(error.toString()).doesNotContain(SECRET));
    }

    @Test
    void theTextMustNotShowThePassword() {
        assertThat(Address.parse("postgresql://user:s3cr3t@host/db")).hasToString("postgresql://user@host:5432/db");
    }

    @Test
    void partsMustBeCheckedWhereTheyAreGiven() {
        PostgresSessions.Builder builder = PostgresSessions.builder();
        assertThatIllegalArgumentException().isThrownBy(() -> builder.host(" ")).withMessageContaining("host must be");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.port(0)).withMessageContaining("but was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.database(""))
                .withMessageContaining("database");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.username("a\0user\0admin"))
                .withMessageContaining("username");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.maxSize(0))
                .withMessageContaining("but was 0");
    }

    @Test
    void aMissingDatabaseOrUserMustBeNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PostgresSessions.builder().username("me").build())
                .withMessageContaining("database must be set");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PostgresSessions.builder().database("db").build())
                .withMessageContaining("username must be set");
    }
}
