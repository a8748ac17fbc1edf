package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I10;
import static org.reactivesessions.postgres.matrix.Invariant.I12;
import static org.reactivesessions.postgres.matrix.Invariant.I2;
import static org.reactivesessions.postgres.matrix.Invariant.I3;
import static org.reactivesessions.postgres.matrix.Invariant.I5;
import static org.reactivesessions.postgres.matrix.Invariant.I6;
import static org.reactivesessions.postgres.matrix.Invariant.I8;
import static org.reactivesessions.postgres.matrix.Invariant.I9;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.FailureKind;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.observation.BreakerState;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.resilience.ResilienceOptions;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Mono;

/** Faults while a physical connection is opened: nobody listens, nobody answers, nobody wants it any more. */
class ConnectRowsIT extends FaultRows {

    private static final int SIZE = 4;
    private static final Duration ACQUIRE = Duration.ofSeconds(4);
    /** Less than the second between two looks at the health of the database, so that there are moments without a link. */
    private static final Duration CREATE = Duration.ofMillis(700);

    private static final Duration FAST = Duration.ofMillis(5);

    ConnectRowsIT(TestDatabase database) {
        super(
                warmedUp(database),
                settings -> settings.pool(ServerFixture.roomyPool(SIZE)
                                .acquireTimeout(ACQUIRE)
                                .createTimeout(CREATE))
                        .resilience(ResilienceOptions.defaults().circuitWait(Duration.ofMillis(200))));
    }

    private Operation start() {
        return start(session -> Mono.just("done"));
    }

    private List<Operation> startEverywhere() {
        return IntStream.range(0, SIZE).mapToObj(each -> start()).toList();
    }

    private void mustNotHaveStarted(Operation operation) {
        check().heardWithin(ACQUIRE, operation);
        assertThat(operation.error()).isInstanceOfSatisfying(DatabaseUnavailableException.class, error -> {
            assertThat(error.kind()).isIn(FailureKind.UNREACHABLE, FailureKind.CIRCUIT_OPEN);
            assertThat(error.attempt()).isLessThanOrEqualTo(3);
        });
        check().verdict(operation, TransactionOutcome.NOT_STARTED);
        check().nothingDurable(operation);
    }

    private void awaitOpenCircuit() {
        Patience.until("the circuit has not opened", () -> {
            start().await();
            return fixture().circuit().contains(BreakerState.OPEN);
        });
    }

    private void mustRecover() {
        Patience.until("nothing is answered", () -> start().await().isCompleted());
        Patience.until(
                "the circuit has not closed",
                () -> start().await().isCompleted()
                        && fixture().circuit().get(fixture().circuit().size() - 1) == BreakerState.CLOSED);
        check().recovers();
        check().poolIsWhole();
    }

    @FaultRow(
            value = 1,
            invariants = {I2, I3, I5, I6, I10, I12})
    @Test
    void aClosedPortMustEndNotStartedAndOpenTheCircuit() {
        proxy().resetAll();
        proxy().closePort();
        mustNotHaveStarted(start());
        assertThat(fixture().waits())
                .as("waits between the attempts of one scope")
                .hasSizeLessThanOrEqualTo(2);

        awaitOpenCircuit();
        check().circuitHasOpened();
        Operation fastest = Stream.generate(() -> start().await())
                .limit(20)
                .min((one, other) -> Long.compare(took(one), took(other)))
                .orElseThrow();
        assertThat(fastest.error())
                .isInstanceOfSatisfying(
                        DatabaseUnavailableException.class,
                        error -> assertThat(error.kind()).isEqualTo(FailureKind.CIRCUIT_OPEN));
        assertThat(Duration.ofNanos(took(fastest))).as("refused without a try").isLessThan(FAST);
        proxy().openPort();
        mustRecover();
    }

    private static long took(Operation operation) {
        return operation.endedAt() - operation.startedAt();
    }

    private static Stream<Arguments> whereItStalls() {
        return Stream.of(
                Arguments.of("the start-up", FrameMatch.startup()),
                Arguments.of("the log-in", FrameMatch.fromClient('p')),
                Arguments.of("the first question", FrameMatch.fromClient('Q').sql("^SHOW TRANSACTION")));
    }

    /** The driver goes on with a log-in that nobody waits for any more, so its socket is ours to close. */
    @FaultRow(
            value = 2,
            invariants = {I2, I3, I5, I6, I10, I12})
    @ParameterizedTest(name = "that does not answer {0}")
    @MethodSource("whereItStalls")
    void aServerMustCostNeitherAPlaceNorASocket(String what, FrameMatch unanswered) {
        proxy().resetAll();
        proxy().awaitLinks(0, ServerFixture.PATIENCE);
        Rule mute = proxy().drop(unanswered);
        List<Operation> operations = startEverywhere();
        operations.forEach(this::mustNotHaveStarted);
        awaitOpenCircuit();
        long given = System.nanoTime();
        check().placeBackWithin(Duration.ZERO, given);
        check().closedWithin(CREATE, given);
        check().circuitHasOpened();
        mute.remove();
        mustRecover();
    }

    @FaultRow(
            value = 10,
            invariants = {I2, I6, I8, I9})
    @ParameterizedTest(name = "at once {0}")
    @ValueSource(booleans = {true, false})
    void aCancelDuringAConnectMustLeaveNoOrphan(boolean atOnce) {
        proxy().resetAll();
        proxy().awaitLinks(0, ServerFixture.PATIENCE);
        Rule slow = proxy().hold(OF_POOL); // a machine that is busy may take longer than any delay
        List<Operation> operations = startEverywhere();
        if (!atOnce) {
            slow.awaitHits(SIZE - 1, ServerFixture.PATIENCE); // one may have tried the connection that was there
        }
        operations.forEach(Operation::cancel);
        slow.remove();

        check().poolIsWhole();
        operations.forEach(operation -> {
            check().oneTerminal(operation);
            check().nothingDurable(operation);
        });
        check().nextBorrowerIsClean();
        check().poolIsWhole();
    }
}
