package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.r2dbc.postgresql.client.SSLMode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivesessions.postgres.security.SecurityRow;

/** What is encrypted and checked, with whom, if nobody says so, and what is said about less. */
class TlsOptionsTest {

    private static final String THERE = "db.example";
    private static final String HERE = "localhost";

    private final TlsOptions none = TlsOptions.none();

    @SecurityRow("S1")
    @Test
    void everyHostButThisMachineMustBeMadeSureOfByDefault() {
        assertThat(none.modeFor(THERE)).isEqualTo(SSLMode.VERIFY_FULL);
        assertThat(none.modeFor("10.0.0.1")).isEqualTo(SSLMode.VERIFY_FULL);
        assertThat(none.modeFor(HERE)).isEqualTo(SSLMode.DISABLE);
        assertThat(none.modeFor("::1")).isEqualTo(SSLMode.DISABLE);
    }

    @SecurityRow("S1")
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "TUNNEL")
    void whatIsSaidMustBeDone(SSLMode mode) {
        assertThat(none.withMode(mode).modeFor(THERE)).isEqualTo(mode);
        assertThat(none.withMode(mode).modeFor(HERE)).isEqualTo(mode);
    }

    @SecurityRow("S1")
    @Test
    void onlyWhoSaysSoMustGoWithoutTls() {
        assertThat(none.withInsecure(true).modeFor(THERE)).isEqualTo(SSLMode.DISABLE);
        assertThat(none.withInsecure(true).withMode(SSLMode.REQUIRE).modeFor(THERE))
                .isEqualTo(SSLMode.REQUIRE);
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        none.withInsecure(true).withMode(SSLMode.VERIFY_FULL).requireUsableFor(THERE))
                .withMessageContaining("contradicts");
        assertThatCode(() -> none.withInsecure(true).requireUsableFor(THERE)).doesNotThrowAnyException();
    }

    @SecurityRow("S2")
    @ParameterizedTest
    @CsvSource({
        "VERIFY_FULL, db.example, false, true",
        "VERIFY_CA, db.example, false, false",
        "REQUIRE, db.example, false, false",
        "PREFER, db.example, false, false",
        "DISABLE, db.example, false, false",
        "DISABLE, localhost, false, true",
        "REQUIRE, localhost, false, true",
        "DISABLE, db.example, true, true",
    })
    void aPasswordInClearTextMustBeSafe(SSLMode mode, String host, boolean insecure, boolean safe) {
        assertThat(none.withMode(mode).withInsecure(insecure).isSafeFor(host)).isEqualTo(safe);
    }

    /** Anybody has a certificate of an authority that everybody trusts, for a name of his own. */
    @SecurityRow("S2")
    @Test
    void anAuthorityOfOnesOwnMustMakeItSafe() {
        assertThat(none.withMode(SSLMode.VERIFY_CA)
                        .withRootCertificate(Path.of("own.pem"))
                        .isSafeFor(THERE))
                .isTrue();
        assertThat(none.isSafeFor(THERE)).isTrue();
    }

    private static PostgresSessions.Builder builder(String host) {
        return PostgresSessions.builder().host(host).database("db").username("me");
    }

    @SecurityRow("S1")
    @ParameterizedTest
    @CsvSource({
        "DISABLE, nothing is encrypted",
        "ALLOW, may say that nothing is to be encrypted",
        "PREFER, may say that nothing is to be encrypted",
        "REQUIRE, its certificate is not checked",
        "VERIFY_CA, the name in the server's certificate is not checked",
    })
    void lessForAnotherHostMustBeWarnedOfOnce(SSLMode mode, String what) {
        try (LogLines log = LogLines.of(PostgresSessions.class)) {
            builder(THERE).sslMode(mode).build();

            assertThat(log.levelledLines())
                    .singleElement()
                    .asString()
                    .startsWith("WARN ")
                    .contains(THERE, what, "insecure()");
        }
    }

    @SecurityRow("S1")
    @Test
    void whatIsMeantOrSafeMustNotBeWarnedOf() {
        try (LogLines log = LogLines.of(PostgresSessions.class)) {
            builder(THERE).build();
            builder(THERE).insecure().build();
            builder(THERE).sslMode(SSLMode.REQUIRE).insecure().build();
            builder(HERE).build();
            builder(HERE).sslMode(SSLMode.DISABLE).build();

            assertThat(log.lines()).isEmpty();
        }
    }
}
