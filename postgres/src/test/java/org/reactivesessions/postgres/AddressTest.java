package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {

    private static final String SECRET = "s3cr3t";

    /** With all causes. */
    private static String stackTrace(Throwable error) {
        StringWriter text = new StringWriter();
        error.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private static Address parsed(String url) {
        return PostgresSessions.builder().url(url).address();
    }

    @ParameterizedTest
    @ValueSource(strings = {"r2dbc:postgresql://", "postgresql://", "postgres://"})
    void everySchemeMustBeUnderstood(String scheme) {
        assertThat(parsed(scheme + "us%40er:p%3Aa+ss@db.example:6543/my%20db"))
                .isEqualTo(new Address("db.example", 6543, "my db", "us@er", "p:a+ss"));
    }

    @Test
    void whatIsMissingMustHaveItsDefault() {
        assertThat(parsed("postgresql://host")).isEqualTo(new Address("host", 5432, null, null, null));
        assertThat(parsed("postgresql://user@host/")).isEqualTo(new Address("host", 5432, null, "user", null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysql://user:s3cr3t@host/db",
                "postgresql://user:s3cr3t@ho st/db",
                "postgresql://user:s3cr3t@under_score/db",
                "jdbc:postgresql://user:s3cr3t@host/db",
                "postgresql://user:s3cr3t@host:99999/db",
                "postgresql://user:s3cr3t@host/db?password=s3cr3t",
                "postgresql://user:1234?s3cr3t=1&more@host/db",
                "postgresql://user:1234/s3cr3t@host/db",
                "postgresql://user:1234#s3cr3t@host/db",
                "postgresql://user:99999/s3cr3t@host/db",
                "postgresql://user:s3cr3t@host/db?pool_size",
                "postgresql://user:s3cr3t@host/db?pool_size=postgres://u:s3cr3t%40host",
                "postgresql://user:s3cr3t@host/db?sslmode=u:s3cr3t%40host",
                "postgresql://user:s3cr3t@host/db?sslmode=s3cr3t",
                "postgresql://user:s3cr3t@host/db?s3cr3t=1",
                "postgresql://user:s3cr3t@host/db?search_path=%00s3cr3t",
                "postgresql://user:s3cr3t@a,b/db",
                "postgresql:///db",
                ""
            })
    void aMalformedUrlMustBeRefusedWithoutItsPassword(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PostgresSessions.builder().url(url))
                .satisfies(error -> assertThat(error)
                        .hasMessageMatching("(?s)(url must have the form|(port|parameter \"\\w+\") of url).*"))
                .satisfies(error -> assertThat(stackTrace(error)).doesNotContain(SECRET));
    }

    @Test
    void theTextMustNotShowThePassword() {
        assertThat(parsed("postgresql://user:s3cr3t@host/db")).hasToString("postgresql://user@host:5432/db");
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
                .isThrownBy(() -> builder.host("/var/run/postgresql"))
                .withMessageContaining("Unix sockets");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.host("user:s3cr3t@host"))
                .satisfies(error -> assertThat(error.toString()).doesNotContain(SECRET));
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
