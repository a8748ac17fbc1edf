package org.reactivesessions.postgres.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.reactivesessions.error.DatabaseRefusedException;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.FailureKind;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.postgres.TestCertificate;
import org.reactivesessions.testkit.mock.Answers;
import org.reactivesessions.testkit.mock.ClientMessage;
import org.reactivesessions.testkit.mock.Script;
import org.reactivesessions.testkit.mock.ServerMessage;
import reactor.test.StepVerifier;

/** A server elsewhere is made sure of without anybody saying so, and gets nothing if it cannot be. */
@Timeout(120)
class TrustTest {

    private static final ServerMessage YES = ServerMessage.raw((byte) 'S');
    private static final ServerMessage NO = ServerMessage.raw((byte) 'N');

    @TempDir
    static Path directory;

    private static TestCertificate certificate;
    private static TestCertificate ofAnotherName;

    @BeforeAll
    static void makeCertificates() {
        certificate = TestCertificate.create(directory, "server", "ip:127.0.0.1");
        ofAnotherName = TestCertificate.create(directory, "another", "dns:another.example");
    }

    private static Script answering(ServerMessage answer) {
        return Script.empty().expectEncryptionRequest().send(answer);
    }

    private static Script encrypting(TestCertificate shown) {
        return answering(YES).encrypt(shown.serverContext()).letIn().serve(Answers.standard());
    }

    private static MockedSessions elsewhere(Script script, UnaryOperator<PostgresSessions.Builder> settings) {
        return MockedSessions.with(
                script,
                builder -> settings.apply(builder.host(MockedSessions.ELSEWHERE).pgBouncer()));
    }

    private static void mustGetNothing(MockedSessions mocked, String reason) {
        for (int i = 0; i < 25; i++) { // often enough for a circuit that counts it
            mocked.attempt()
                    .as(StepVerifier::create)
                    .expectErrorSatisfies(error -> assertThat(error)
                            .isInstanceOf(DatabaseRefusedException.class)
                            .hasMessageContainingAll(reason, "sslRootCert", "sslmode in the URL", "insecure()")
                            .hasMessageContaining(MockedSessions.ELSEWHERE))
                    .verify(ServerFixture.PATIENCE);
        }
        mocked.server().awaitNobody(ServerFixture.PATIENCE);
        assertThat(mocked.signsOfAnOutage()).isEmpty();
        assertThat(mocked.server().heard())
                .hasSizeGreaterThanOrEqualTo(25)
                .allSatisfy(said -> assertThat(said)
                        .extracting(ClientMessage::type)
                        .containsExactly(ClientMessage.ENCRYPTION_REQUEST));
    }

    @SecurityRow("S1")
    @Test
    void aServerWithoutEncryptionMustGetNothing() {
        try (MockedSessions mocked = elsewhere(answering(NO).fallSilent(), settings -> settings)) {
            mustGetNothing(mocked, "SSL connection is disabled");
        }
    }

    @SecurityRow("S1")
    @Test
    void aServerNobodyHasVouchedForMustGetNothing() {
        try (MockedSessions mocked = elsewhere(encrypting(certificate), settings -> settings)) {
            mustGetNothing(mocked, "unable to find valid certification path");
        }
    }

    @SecurityRow("S1")
    @Test
    void aServerOfAnotherNameMustGetNothing() {
        try (MockedSessions mocked =
                elsewhere(encrypting(ofAnotherName), settings -> settings.sslRootCert(ofAnotherName.certificate()))) {
            mustGetNothing(mocked, MockedSessions.ELSEWHERE);
        }
    }

    @SecurityRow("S1")
    @Test
    void aServerThatIsKnownMustBeUsedEncryptedWithoutASayingOf() {
        try (MockedSessions mocked =
                elsewhere(encrypting(certificate), settings -> settings.sslRootCert(certificate.certificate()))) {
            assertThat(mocked.attempt().block(ServerFixture.PATIENCE)).isEqualTo("done");
        }
    }

    @SecurityRow("S1")
    @Test
    void whoSaysSoMustGoWithoutEncryption() {
        try (MockedSessions mocked =
                elsewhere(Script.empty().letIn().serve(Answers.standard()), PostgresSessions.Builder::insecure)) {
            assertThat(mocked.attempt().block(ServerFixture.PATIENCE)).isEqualTo("done");
        }
    }

    /** The network, or a server that starts: tried again, unlike what will be the same the next time. */
    @SecurityRow("S1")
    @Test
    void aConnectionThatBreaksInTheHandshakeMustBeAnOutage() {
        for (Script script : List.of(
                Script.empty().expectEncryptionRequest(),
                answering(YES),
                answering(ServerMessage.error("FATAL", "53300", "too many")).fallSilent())) {
            try (MockedSessions mocked = elsewhere(script, settings -> settings)) {
                mocked.attempt()
                        .as(StepVerifier::create)
                        .expectErrorSatisfies(error -> assertThat(error)
                                .isInstanceOfSatisfying(DatabaseUnavailableException.class, away -> {
                                    assertThat(away.kind()).isEqualTo(FailureKind.UNREACHABLE);
                                    assertThat(away.attempt()).isEqualTo(3);
                                }))
                        .verify(ServerFixture.PATIENCE);
            }
        }
    }

    /** What a man in the middle puts behind the answer is not encrypted. */
    @SecurityRow({"S1", "S2"})
    @Test
    void whatIsPutBehindTheAnswerMustNotCountAsEncrypted() {
        Script script = Script.empty()
                .expectEncryptionRequest()
                .send(YES, ServerMessage.authenticationClearText())
                .fallSilent();
        try (MockedSessions mocked = elsewhere(script, settings -> settings.sslRootCert(certificate.certificate()))) {
            mocked.attempt()
                    .as(StepVerifier::create)
                    .expectErrorSatisfies(error -> assertThat(error).isInstanceOf(DatabaseUnavailableException.class))
                    .verify(ServerFixture.PATIENCE);
            assertThat(mocked.hasSentPassword()).isFalse();
        }
    }
}
