package org.reactivesessions.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerUrlTest {

    @Test
    void aFullUrlMustBeRead() {
        assertThat(ServerUrl.parse("V", "postgresql://me:p%40ss+%25@db.example:5433/main"))
                .isEqualTo(new ServerAddress("db.example", 5433, "me", "p@ss+%", "main"));
    }

    @Test
    void portAndPasswordMustBeOptional() {
        assertThat(ServerUrl.parse("V", "postgres://me@localhost/main"))
                .isEqualTo(new ServerAddress("localhost", 5432, "me", "", "main"));
    }

    @Test
    void anIpv6AddressMustBeInBrackets() {
        ServerAddress address = ServerUrl.parse("V", "postgresql://me:pw@[::1]:5432/main");
        assertThat(address.host()).isEqualTo("::1");
        assertThat(address.url("postgresql")).isEqualTo("postgresql://me:pw@[::1]:5432/main");
        assertThat(address.jdbcUrl()).isEqualTo("jdbc:postgresql://[::1]:5432/main?user=me&password=pw");
    }

    @Test
    void urlsMustEncodeWhatWouldBreakThem() {
        ServerAddress address = new ServerAddress("h", 1, "a b", "p:@/+", "d");
        assertThat(address.url("postgresql")).isEqualTo("postgresql://a%20b:p%3A%40%2F%2B@h:1/d");
        assertThat(ServerUrl.parse("V", address.url("postgresql"))).isEqualTo(address);
        assertThat(new ServerAddress("h", 1, "u", "", "d").jdbcUrl()).isEqualTo("jdbc:postgresql://h:1/d?user=u");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://me:geheim@host",
                "postgresql://me:geheim@host:0/main",
                "postgresql://me:geheim@host:65536/main",
                "postgresql://me:geheim@host:123456/main",
                "postgresql://me:geheim@host/main?sslmode=require",
                "postgresql://me:ge@heim@host/main",
                "postgresql://me:geheim%zz@host/main",
                "mysql://me:geheim@host/main",
                "me:geheim@host/main",
                "geheim",
            })
    void anythingElseMustBeRefusedWithoutShowingThePassword(String url) {
        assertThatThrownBy(() -> TestServers.choose(Map.of(TestServers.VARIABLE, url)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "RS_TEST_URL must have the form postgresql://user:password@host:5432/database, ")
                .hasMessageEndingWith(". Correct it, or unset it to use the embedded server")
                .hasMessageNotContaining("geheim")
                .hasMessageNotContaining("ge@")
                .hasNoCause();
    }

    @Test
    void theMessageMustShowWhatIsNoSecret() {
        assertThatThrownBy(() -> ServerUrl.parse("V", "postgresql://me:geheim@host"))
                .hasMessageContaining("but was postgresql://***@host. ");
    }
}
