package org.reactivesessions.postgres.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.postgresql.client.SSLMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.error.DatabaseRefusedException;
import org.reactivesessions.postgres.AuthenticationMethod;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.postgres.TestCertificate;
import org.reactivesessions.testkit.mock.Answers;
import org.reactivesessions.testkit.mock.Script;
import org.reactivesessions.testkit.mock.ServerMessage;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** A server that asks for what it is not to get. */
@Timeout(120)
class LogInTest {

    private static Script asking(ServerMessage request) {
        return Script.empty().expectStartup().send(request).fallSilent();
    }

    private static Script letInAfter(ServerMessage request) {
        return Script.empty()
                .expectStartup()
                .send(request)
                .expectPassword()
                .send(ServerMessage.authenticationOk())
                .greet()
                .serve(Answers.standard());
    }

    private static void mustBeRefused(MockedSessions mocked, String... words) {
        for (int i = 0; i < 25; i++) { // often enough for a circuit that counts it
            mocked.attempt()
                    .as(StepVerifier::create)
                    .expectErrorSatisfies(error -> assertThat(error)
                            .isInstanceOf(DatabaseRefusedException.class)
                            .hasMessageContainingAll(words)
                            .hasMessageContaining("not tried again"))
                    .verify(ServerFixture.PATIENCE);
        }
        mocked.server().awaitNobody(ServerFixture.PATIENCE);
        assertThat(mocked.hasSentPassword()).isFalse();
        assertThat(mocked.signsOfAnOutage()).isEmpty();
    }

    static Stream<Arguments> requests() {
        return Stream.of(
                Arguments.of(ServerMessage.authenticationClearText(), "require_auth=none,scram-sha-256,password"),
                Arguments.of(ServerMessage.authenticationMd5(), "require_auth=none,scram-sha-256,md5"),
                Arguments.of(ServerMessage.authentication(7), "GSSAPI"));
    }

    @SecurityRow("S2")
    @ParameterizedTest
    @MethodSource("requests")
    void aWeakMethodMustGetNoPassword(ServerMessage request, String words) {
        try (MockedSessions mocked = MockedSessions.with(asking(request), UnaryOperator.identity())) {
            mustBeRefused(mocked, words);
        }
    }

    @SecurityRow("S2")
    @Test
    void aServerThatAsksForNothingMustBeRefusedIfThatIsSaid() {
        try (MockedSessions mocked = MockedSessions.with(
                Script.empty().letIn().serve(Answers.standard()),
                settings -> settings.requireAuth(AuthenticationMethod.SCRAM_SHA_256))) {
            mustBeRefused(mocked, "asks for nothing (none)");
        }
    }

    @SecurityRow("S2")
    @Test
    void aServerThatLetsInWithoutProofMustBeLeft() {
        Script script = Script.empty()
                .expectStartup()
                .send(ServerMessage.authenticationSasl("SCRAM-SHA-256"))
                .expectPassword()
                .send(ServerMessage.authenticationOk())
                .greet()
                .serve(Answers.standard());
        try (MockedSessions mocked = MockedSessions.with(script, UnaryOperator.identity())) {
            mocked.attempt()
                    .as(StepVerifier::create)
                    .expectErrorSatisfies(error -> assertThat(error).hasMessageContaining("without proof"))
                    .verify(ServerFixture.PATIENCE);
        }
    }

    @Test
    void onThisMachineClearTextMustBeSentIfThatIsSaid() {
        try (MockedSessions mocked = MockedSessions.with(
                letInAfter(ServerMessage.authenticationClearText()),
                settings -> settings.requireAuth(AuthenticationMethod.PASSWORD).pgBouncer())) {
            assertThat(mocked.attempt().block(ServerFixture.PATIENCE)).isEqualTo("done");
            assertThat(mocked.server()
                            .hasHeard(message ->
                                    message.type() == 'p' && message.text().equals(MockedSessions.PASSWORD)))
                    .isTrue();
        }
    }

    @SecurityRow("S2")
    @Test
    void elsewhereClearTextMustNotBeSentUnencrypted() {
        try (MockedSessions mocked = MockedSessions.with(
                asking(ServerMessage.authenticationClearText()),
                settings -> settings.host(MockedSessions.ELSEWHERE)
                        .sslMode(SSLMode.DISABLE)
                        .requireAuth(AuthenticationMethod.PASSWORD))) {
            mustBeRefused(mocked, "sslmode=verify-full", "insecure()");
        }
    }

    @Test
    void elsewhereClearTextMustBeSentIfNobodyMinds() {
        try (MockedSessions mocked = MockedSessions.with(
                letInAfter(ServerMessage.authenticationClearText()),
                settings -> settings.host(MockedSessions.ELSEWHERE)
                        .insecure()
                        .requireAuth(AuthenticationMethod.PASSWORD)
                        .pgBouncer())) {
            assertThat(mocked.attempt().block(ServerFixture.PATIENCE)).isEqualTo("done");
        }
    }

    /** A token of a cloud provider. */
    @Test
    void clearTextMustBeSentEncryptedToAServerThatWasMadeSureOf(@TempDir Path directory) {
        TestCertificate certificate = TestCertificate.create(directory, "elsewhere", "ip:127.0.0.1");
        Script script = Script.empty()
                .expectEncryptionRequest()
                .send(ServerMessage.raw((byte) 'S'))
                .encrypt(certificate.serverContext());
        try (MockedSessions mocked = MockedSessions.with(
                withLogIn(script),
                settings -> settings.host(MockedSessions.ELSEWHERE)
                        .sslRootCert(certificate.certificate())
                        .requireAuth(AuthenticationMethod.PASSWORD)
                        .pgBouncer())) {
            assertThat(mocked.attempt().block(ServerFixture.PATIENCE)).isEqualTo("done");
            assertThat(mocked.hasSentPassword()).isTrue();
        }
    }

    private static Script withLogIn(Script script) {
        return script.expectStartup()
                .send(ServerMessage.authenticationClearText())
                .expectPassword()
                .send(ServerMessage.authenticationOk())
                .greet()
                .serve(Answers.standard());
    }

    private static Script scram(int iterations) {
        return Script.empty()
                .expectStartup()
                .send(ServerMessage.authenticationSasl("SCRAM-SHA-256"))
                .expectPassword()
                .sendScramFirst(iterations)
                .fallSilent();
    }

    private static boolean isProof(byte[] body) {
        return new String(body, StandardCharsets.UTF_8).contains(",p=");
    }

    /** They share the event loops of the process with it. */
    @SecurityRow("S3")
    @ParameterizedTest
    @ValueSource(ints = {Integer.MAX_VALUE, 100_001})
    void tooManyIterationsMustNotBeComputedAndOthersGoOn(int iterations) {
        try (MockedSessions greedy = MockedSessions.with(scram(iterations), UnaryOperator.identity());
                MockedSessions other = MockedSessions.with(
                        Script.empty().letIn().serve(Answers.standard()), PostgresSessions.Builder::pgBouncer)) {
            Flux<String> refused = Flux.range(0, 16)
                    .concatMap(one -> greedy.attempt().onErrorResume(error -> Mono.just("" + error.getMessage())));
            Flux<String> served = Flux.range(0, 200).concatMap(one -> other.attempt());

            refused.mergeWith(served)
                    .collectList()
                    .as(StepVerifier::create)
                    .assertNext(all -> {
                        assertThat(all.stream().filter("done"::equals)).hasSize(200);
                        assertThat(all.stream().filter(text -> text.contains("more than 100000 iterations")))
                                .hasSize(16);
                    })
                    .expectComplete()
                    .verify(ServerFixture.PATIENCE);
            assertThat(greedy.server().hasHeard(message -> message.type() == 'p' && isProof(message.body())))
                    .isFalse();
        }
    }

    @Test
    void asManyIterationsAsAreAllowedMustBeComputed() {
        try (MockedSessions mocked = MockedSessions.with(
                Script.empty()
                        .expectStartup()
                        .send(ServerMessage.authenticationSasl("SCRAM-SHA-256"))
                        .expectPassword()
                        .sendScramFirst(8_192)
                        .expectPassword(),
                settings -> settings.maxScramIterations(8_192))) {
            mocked.attempt().as(StepVerifier::create).expectError().verify(ServerFixture.PATIENCE);
            assertThat(mocked.server().hasHeard(message -> message.type() == 'p' && isProof(message.body())))
                    .isTrue();
        }
    }
}
