package org.reactivesessions.postgres.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.error.CommitOutcomeUnknownException;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.FailureKind;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.postgres.TestCertificate;
import org.reactivesessions.postgres.hygiene.ExpectsDrops;
import org.reactivesessions.testkit.mock.Answers;
import org.reactivesessions.testkit.mock.Script;
import org.reactivesessions.testkit.mock.ServerMessage;
import org.reactivesessions.transaction.TimeLimits;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** A server that breaks the protocol: everything ends in time, with an outcome that is true, and nobody stays connected. */
@Timeout(120)
@ExpectsDrops // the driver drops what it has buffered when it is closed with a command unanswered
class LyingServerTest {

    private static final Duration SHORT = Duration.ofMillis(400);

    private static final ServerMessage COMMITTED = ServerMessage.commandComplete("COMMIT");
    private static final ServerMessage READY = ServerMessage.readyForQuery('I');
    private static final ServerMessage GOOD_BYE = ServerMessage.error("FATAL", "57P01", "terminating connection");

    private MockedSessions with(Script script) {
        return with(script, settings -> settings);
    }

    private MockedSessions with(Script script, UnaryOperator<PostgresSessions.Builder> settings) {
        return MockedSessions.with(
                script,
                builder -> settings.apply(builder.pgBouncer().limits(new TimeLimits(ServerFixture.PATIENCE, SHORT))));
    }

    private static Script answering(Answers answers) {
        return Script.empty().letIn().serve(answers);
    }

    private static Answers atCommit(boolean close, ServerMessage... said) {
        return close
                ? Answers.standard().lastTo("^COMMIT", said)
                : Answers.standard().to("^COMMIT", said);
    }

    @Test
    void aServerThatIsNoneMustNotBeNeeded() {
        try (MockedSessions mocked = with(answering(Answers.standard()))) {
            assertThat(mocked.attempt().block(ServerFixture.PATIENCE)).isEqualTo("done");
            assertThat(mocked.attempt().block(ServerFixture.PATIENCE)).isEqualTo("done");
            assertThat(mocked.outcomes()).containsExactly(TransactionOutcome.COMMITTED, TransactionOutcome.COMMITTED);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsSaidBehindTheAnswerToCommitMustNotChangeIt(boolean close) {
        try (MockedSessions mocked = with(answering(atCommit(close, COMMITTED, READY, GOOD_BYE)))) {
            assertThat(mocked.attempt().block(ServerFixture.PATIENCE)).isEqualTo("done");
            assertThat(mocked.attempt().block(ServerFixture.PATIENCE)).isEqualTo("done");
            assertThat(mocked.outcomes()).containsExactly(TransactionOutcome.COMMITTED, TransactionOutcome.COMMITTED);
        }
    }

    static Stream<Arguments> halfAnswers() {
        ServerMessage error = ServerMessage.error("ERROR", "40001", "could not serialize");
        return Stream.of(
                Arguments.of(false, new ServerMessage[] {error}),
                Arguments.of(true, new ServerMessage[] {error}),
                Arguments.of(true, new ServerMessage[] {GOOD_BYE}),
                Arguments.of(false, new ServerMessage[] {}),
                Arguments.of(true, new ServerMessage[] {}),
                Arguments.of(true, new ServerMessage[] {ServerMessage.ofLength('C', 1 << 30)}),
                Arguments.of(false, new ServerMessage[] {ServerMessage.ofLength('C', -1)}),
                Arguments.of(false, new ServerMessage[] {ServerMessage.of('?')}));
    }

    @ParameterizedTest
    @MethodSource("halfAnswers")
    void aCommitThatIsHalfAnsweredMustBeInDoubt(boolean close, ServerMessage... said) {
        try (MockedSessions mocked = with(answering(atCommit(close, said)))) {
            mocked.attempt()
                    .as(StepVerifier::create)
                    .expectError(CommitOutcomeUnknownException.class)
                    .verify(ServerFixture.PATIENCE);
            assertThat(mocked.outcomes()).containsExactly(TransactionOutcome.IN_DOUBT);
        }
    }

    /** The answer came, and what came behind it is another matter. */
    @SecurityRow("S16")
    @RepeatedTest(20) // the connection breaks while the sessions are closed, more or less
    void aCommitThatWasAnsweredBeforeNonsenseMustBeCommitted() {
        try (MockedSessions mocked =
                with(answering(atCommit(false, COMMITTED, READY, ServerMessage.ofLength('D', -1))))) {
            assertThat(mocked.attempt().block(ServerFixture.PATIENCE)).isEqualTo("done");
            assertThat(mocked.attempt().block(ServerFixture.PATIENCE)).isEqualTo("done");
            assertThat(mocked.outcomes()).containsExactly(TransactionOutcome.COMMITTED, TransactionOutcome.COMMITTED);
        }
    }

    static Stream<Script> logIns() {
        Script startup = Script.empty().expectStartup();
        return Stream.of(
                startup,
                startup.send(ServerMessage.raw((byte) 'R')),
                startup.send(ServerMessage.raw((byte) 'R', (byte) 0, (byte) 0)),
                startup.send(ServerMessage.ofLength('R', 8, (byte) 0)),
                startup.send(ServerMessage.backendKeyData(1, 2)).fallSilent(),
                startup.send(ServerMessage.readyForQuery('I')).fallSilent(),
                startup.send(ServerMessage.of('R')).fallSilent(),
                startup.send(ServerMessage.ofLength('R', 1 << 30)).fallSilent(),
                startup.send(ServerMessage.ofLength('E', -1)).fallSilent(),
                startup.send(ServerMessage.authenticationSaslFinal("v=x")).fallSilent(),
                startup.send(ServerMessage.raw("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII)))
                        .fallSilent(),
                startup.send(ServerMessage.negotiateProtocolVersion(0)).fallSilent());
    }

    @ParameterizedTest
    @MethodSource("logIns")
    void aLogInThatIsNoneMustEndWithoutAPassword(Script script) {
        try (MockedSessions mocked = with(
                script, settings -> settings.pool(ServerFixture.roomyPool(1).createTimeout(Duration.ofSeconds(2))))) {
            mocked.attempt()
                    .as(StepVerifier::create)
                    .expectErrorSatisfies(error -> assertThat(error)
                            .isInstanceOfSatisfying(
                                    DatabaseUnavailableException.class,
                                    away -> assertThat(away.kind()).isEqualTo(FailureKind.UNREACHABLE)))
                    .verify(ServerFixture.PATIENCE);
            assertThat(mocked.hasSentPassword()).isFalse();
            assertThat(mocked.outcomes()).containsExactly(TransactionOutcome.NOT_STARTED);
        }
    }

    @SecurityRow("S16")
    @ParameterizedTest
    @ValueSource(ints = {1 << 30, -1, 3})
    void aLengthMustBeSeenBehindEncryptionAndInPieces(int length, @TempDir Path directory) {
        TestCertificate certificate = TestCertificate.create(directory, "liar", "ip:127.0.0.1");
        Script script = Script.empty()
                .expectEncryptionRequest()
                .send(ServerMessage.raw((byte) 'S'))
                .encrypt(certificate.serverContext())
                .inPiecesOf(1)
                .letIn()
                .serve(Answers.standard()
                        .to("^SELECT 'row'", ServerMessage.rowDescription("a"), ServerMessage.ofLength('D', length)));
        try (MockedSessions mocked = with(
                script, settings -> settings.host(MockedSessions.ELSEWHERE).sslRootCert(certificate.certificate()))) {
            mocked.sessions()
                    .withTransaction(session -> session.sql("SELECT 'row'").execute())
                    .as(StepVerifier::create)
                    .expectErrorSatisfies(error ->
                            assertThat(error).hasMessageContainingAll("'D' of " + length + " bytes", "maxMessageSize"))
                    .verify(ServerFixture.PATIENCE);
            assertThat(mocked.outcomes()).containsExactly(TransactionOutcome.ROLLED_BACK);
        }
    }

    /** Before an answer, between two of them, and in the middle of one. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 5, 7})
    void anAnswerThatBreaksOffMustRollBack(int bytes) {
        byte[] row = ServerMessage.dataRow("row").bytes();
        Answers answers = Answers.standard()
                .lastTo(
                        "^SELECT 'row'",
                        ServerMessage.rowDescription("a"),
                        ServerMessage.raw(Arrays.copyOf(row, bytes)));
        try (MockedSessions mocked = with(answering(answers))) {
            mocked.sessions()
                    .withTransaction(
                            session -> session.sql("SELECT 'row'").execute().then(Mono.just("never")))
                    .as(StepVerifier::create)
                    .expectError()
                    .verify(ServerFixture.PATIENCE);
            assertThat(mocked.outcomes()).containsExactly(TransactionOutcome.ROLLED_BACK);
        }
    }
}
