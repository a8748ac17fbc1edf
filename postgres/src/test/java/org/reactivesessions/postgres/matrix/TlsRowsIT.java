package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I11;
import static org.reactivesessions.postgres.matrix.Invariant.I2;
import static org.reactivesessions.postgres.matrix.Invariant.I3;
import static org.reactivesessions.postgres.matrix.Invariant.I5;
import static org.reactivesessions.postgres.matrix.Invariant.I6;

import io.r2dbc.postgresql.client.SSLMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.error.DatabaseRefusedException;
import org.reactivesessions.error.SessionFailure;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.postgres.TestCertificate;
import org.reactivesessions.postgres.security.SecurityRow;
import org.reactivesessions.testkit.mock.ClientMessage;
import org.reactivesessions.testkit.mock.MockServer;
import org.reactivesessions.testkit.mock.Script;
import org.reactivesessions.testkit.mock.ServerMessage;
import org.reactivesessions.testkit.server.EmbeddedServer;
import reactor.core.publisher.Mono;

/** A server that does not go through with encryption, where {@code verify-full} is asked for. */
class TlsRowsIT extends FaultRows {

    private static final Duration ACQUIRE = Duration.ofSeconds(4);
    /** Less than the second between two looks at the health of the database, so that there are moments without a link. */
    private static final Duration CREATE = Duration.ofMillis(700);

    private static final byte HANDSHAKE = 22;

    @TempDir
    static Path directory;

    private static TestCertificate certificate;
    private static EmbeddedServer server;

    @BeforeAll
    static void startServer() {
        certificate = TestCertificate.create(directory, "rows", "ip:127.0.0.1");
        server = EmbeddedServer.start(Map.of(
                "ssl", "on",
                "ssl_cert_file", certificate.certificate().toString(),
                "ssl_key_file", certificate.key().toString()));
    }

    @AfterAll
    static void closeServer() {
        server.close();
    }

    TlsRowsIT() {
        super(
                warmedUp(server.freshDatabase(), TlsRowsIT::encrypted),
                settings -> encrypted(settings)
                        .pool(ServerFixture.roomyPool(1)
                                .acquireTimeout(ACQUIRE)
                                .createTimeout(CREATE)
                                .aliveWindow(ALWAYS_ASKED)));
    }

    private static PostgresSessions.Builder encrypted(PostgresSessions.Builder settings) {
        return settings.sslMode(SSLMode.VERIFY_FULL).sslRootCert(certificate.certificate());
    }

    @SecurityRow("S1")
    @FaultRow(
            value = 3,
            invariants = {I2, I3, I5, I6, I11})
    @ParameterizedTest(name = "a server that answers {0}")
    @ValueSource(chars = {'S', 'N'})
    void mustGetNoPassword(char answer) {
        Script script = Script.empty()
                .expectEncryptionRequest()
                .send(ServerMessage.raw((byte) answer))
                .fallSilent();
        try (MockServer mute = MockServer.start(script)) {
            proxy().resetAll();
            proxy().target(mute.host(), mute.port());
            Operation operation = start(session -> Mono.just("done"));

            check().heardWithin(ACQUIRE, operation);
            check().closedWithin(CREATE, operation.endedAt());
            assertThat(operation.error()).isInstanceOf(SessionFailure.class);
            check().verdict(operation, TransactionOutcome.NOT_STARTED);
            check().nothingDurable(operation);
            check().keepsSecrets(operation);
            if (answer == 'N') {
                assertThat(operation.error())
                        .isInstanceOf(DatabaseRefusedException.class)
                        .hasMessageContainingAll("sslRootCert", "sslmode", "insecure()");
                check().circuitHasStayedClosed();
            }
            assertThat(mute.heard()).isNotEmpty().allSatisfy(said -> {
                assertThat(said.get(0).type()).isEqualTo(ClientMessage.ENCRYPTION_REQUEST);
                if (answer == 'N') {
                    assertThat(said).hasSize(1);
                } else if (said.size() > 1) { // the time may be over before the handshake begins
                    assertThat(said.get(1).body()[0]).isEqualTo(HANDSHAKE);
                }
                said.forEach(message -> check().keepsSecrets(new String(message.body(), StandardCharsets.ISO_8859_1)));
            });
        }
        proxy().target(fixture().database().host(), fixture().database().port());
        backend();
        check().poolIsWhole();
    }
}
