package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    private static Address address(
            String host, int port, @Nullable String database, @Nullable String username, @Nullable String password) {
        return new Address(List.of(new Endpoint(host, 0)), port, database, username, password, null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"r2dbc:postgresql://", "postgresql://", "postgres://"})
    void everySchemeMustBeUnderstood(String scheme) {
        assertThat(parsed(scheme + "us%40er:p%3Aa+ss@db.example:6543/my%20db"))
                .isEqualTo(address("db.example", 6543, "my db", "us@er", "p:a+ss"));
    }

    @Test
    void whatIsMissingMustHaveItsDefault() {
        assertThat(parsed("postgresql://host")).isEqualTo(address("host", 5432, null, null, null));
        assertThat(parsed("postgresql://user@host/")).isEqualTo(address("host", 5432, null, "user", null));
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
                "postgresql://user:s3cr3t@a,/db",
                "postgresql://user:s3cr3t@a,b:99999/db",
                "postgresql://user:s3cr3t@a,b:x/db",
                "postgresql://user:s3cr3t@a,a/db",
                "postgresql://user:x,s3cr3t@a@b,c/db",
                "postgresql://user:x/s3cr3t,a@b,c/db",
                "postgresql://user:x@s3cr3t_,a,b/db#s3cr3t",
                "postgresql:///db",
                ""
            })
    void aMalformedUrlMustBeRefusedWithoutItsPassword(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PostgresSessions.builder().url(url))
                .satisfies(
                        error -> assertThat(error)
                                .hasMessageMatching(
                                        "(?s)(url must have the form|url: (port|hosts) must|(port|parameter \"\\w+\") of url).*"))
                .satisfies(error -> assertThat(stackTrace(error)).doesNotContain(SECRET));
    }

    @Test
    void theTextMustNotShowThePassword() {
        assertThat(parsed("postgresql://user:s3cr3t@host/db")).hasToString("postgresql://user@host:5432/db");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "h1:5432,h2:5433 | [h1:5432, h2:5433]",
                "h1,h2:5433 | [h1:5432, h2:5433]",
                "a_b.example,[::1],[fe80::1]:6543 | [a_b.example:5432, [::1]:5432, [fe80::1]:6543]",
                "10.0.0.1,10.0.0.2 | [10.0.0.1:5432, 10.0.0.2:5432]",
            })
    void severalHostsMustBeUnderstoodInAUrlAndInCode(String hosts, String endpoints) {
        Address inUrl = parsed("postgresql://us%2Cer:p%40w@" + hosts + "/db?target=primary");
        assertThat(inUrl.endpoints()).hasToString(endpoints);
        assertThat(inUrl.username()).isEqualTo("us,er");
        assertThat(inUrl.password()).hasToString("p@w");
        assertThat(PostgresSessions.builder().hosts(hosts.split(",")).address().endpoints())
                .hasToString(endpoints);
        assertThat(PostgresSessions.fromEnvironment(Map.of("PGHOST", hosts))
                        .address()
                        .endpoints())
                .hasToString(endpoints);
    }

    @Test
    void aPortMustBeThatOfTheHostsThatNameNone() {
        assertThat(PostgresSessions.fromProperties(Map.of("host", "h1,h2:5433", "port", "6000"))
                        .address())
                .hasToString("postgresql://null@h1:6000,h2:5433/null");
        assertThat(PostgresSessions.fromProperties(Map.of("host", "h1:5433", "port", "6000"))
                        .address()
                        .endpoints())
                .hasToString("[h1:5433]");
        assertThat(parsed("postgresql://user@[::1]:5433/db").at(new Endpoint("::1", 5433)))
                .isEqualTo(address("::1", 5433, "db", "user", null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"h1:0", "h1:65536", "h1:x", "", " ", "/tmp", "a@b", "a b", "[::1", "a\0b"})
    void aHostThatCannotBeOneMustBeRefused(String host) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PostgresSessions.builder().hosts("fine", host))
                .withMessageMatching("(?s)(host|port) must be .*, but was .*");
    }

    @Test
    void hostsMustBeSomeAndDifferent() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PostgresSessions.builder().hosts())
                .withMessage("hosts must be at least one");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PostgresSessions.builder().hosts("a:1", "a:1"))
                .withMessage("hosts must be different from each other, but were [a:1, a:1]");
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
