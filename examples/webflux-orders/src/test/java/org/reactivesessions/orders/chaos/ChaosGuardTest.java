package org.reactivesessions.orders.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;

/** Who may break things. */
class ChaosGuardTest {

    private final ChaosGuard guard = new ChaosGuard(InetAddress.getLoopbackAddress(), false);

    private static ServerHttpRequest request(String host, @Nullable String origin) {
        MockServerHttpRequest.BaseBuilder<?> request = MockServerHttpRequest.post(
                        "http://" + host + "/chaos/kill-backends")
                .header(HttpHeaders.HOST, host);
        return (origin == null ? request : request.header(HttpHeaders.ORIGIN, origin)).build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:8080", "127.0.0.1:8080", "[::1]:8080", "localhost"})
    void aProgramOnThisMachineMustPass(String host) {
        assertThatCode(() -> guard.check(request(host, null))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({"localhost:8080, http://localhost:8080", "localhost, http://localhost", "localhost:80, http://localhost"
    })
    void aPageOfTheServiceMustPass(String host, String origin) {
        assertThatCode(() -> guard.check(request(host, origin))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://elsewhere.example", "http://localhost:3000", "null", "not an origin"})
    void aPageOfSomebodyElseMustNotPass(String origin) {
        mustNotPass(guard, request("localhost:8080", origin), "only a page of this service");
    }

    /** A name of somebody else's that leads to this machine. */
    @Test
    void anotherNameMustNotPass() {
        mustNotPass(guard, request("rebound.example:8080", "http://rebound.example:8080"), "by the name localhost");
    }

    @Test
    void nobodyMustPassWhereOtherMachinesAreHeard() throws UnknownHostException {
        for (InetAddress address : new @Nullable InetAddress[] {null, InetAddress.getByName("0.0.0.0")}) {
            ChaosGuard open = new ChaosGuard(address, false);
            assertThat(open.isOpen()).isFalse();
            mustNotPass(open, request("localhost:8080", null), "--orders.chaos.anywhere=true");
        }
    }

    @Test
    void everybodyMustPassWhereThatIsSaid() {
        ChaosGuard anywhere = new ChaosGuard((InetAddress) null, true);
        assertThat(anywhere.isOpen()).isTrue();
        assertThatCode(() -> anywhere.check(request("orders.example", "http://orders.example")))
                .doesNotThrowAnyException();
        mustNotPass(anywhere, request("orders.example", "http://elsewhere.example"), "only a page of this service");
    }

    private static void mustNotPass(ChaosGuard guard, ServerHttpRequest request, String why) {
        assertThatThrownBy(() -> guard.check(request))
                .isInstanceOfSatisfying(
                        ChaosRefusedException.class,
                        refused -> assertThat(refused.status()).isEqualTo(HttpStatus.FORBIDDEN))
                .hasMessageContaining(why);
    }
}
