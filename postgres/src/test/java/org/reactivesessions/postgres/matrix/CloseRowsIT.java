package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I1;
import static org.reactivesessions.postgres.matrix.Invariant.I2;
import static org.reactivesessions.postgres.matrix.Invariant.I3;
import static org.reactivesessions.postgres.matrix.Invariant.I5;
import static org.reactivesessions.postgres.matrix.Invariant.I6;
import static org.reactivesessions.postgres.matrix.Invariant.I9;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.error.SessionsClosedException;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.pool.PoolStatus;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Mono;

/** The sessions are closed while connections are asked for, in use, and given back. */
class CloseRowsIT extends FaultRows {

    private static final Duration GRACE = Duration.ofMillis(300);
    private static final Duration LOOP = Duration.ofSeconds(2);
    private static final int FEWEST_ROUNDS = 100;

    CloseRowsIT(TestDatabase database) {
        super(database, settings -> settings.closeGrace(GRACE));
    }

    private CompletableFuture<Void> close() {
        return fixture().sessions().close().toFuture();
    }

    private void everythingIsClosed(CompletableFuture<Void> closing) {
        assertThat(closing).succeedsWithin(ServerFixture.PATIENCE);
        assertThat(fixture().sessions().poolStatus()).isEqualTo(new PoolStatus(0, 0, 0, 0, 1, 0, 0));
        proxy().awaitLinks(0, ServerFixture.PATIENCE);
        check().poolIsWhole();
    }

    @FaultRow(
            value = 14,
            invariants = {I2, I3, I5, I6, I9})
    @Test
    void whatRunsOnTheServerMustBeCancelledThereAndWhoWaitsMustNotBeStarted() {
        Operation running = start(FaultRows::sleep);
        awaitSleeper();
        Operation waiting = start(FaultRows::sleep);
        CompletableFuture<Void> closing = close();
        long since = System.nanoTime();
        running.await();
        waiting.await();

        check().verdict(running, TransactionOutcome.ROLLED_BACK);
        check().verdict(waiting, TransactionOutcome.NOT_STARTED);
        assertThat(running.error())
                .isInstanceOf(SessionsClosedException.class)
                .hasMessageContaining("while it was running: SELECT pg_sleep(600)");
        assertThat(waiting.error()).isInstanceOf(SessionsClosedException.class);
        check().placeBackWithin(GRACE.plusMillis(250), since); // far less than the statement, or the limit for undoing
        everythingIsClosed(closing);
        assertThat(proxy().cancelRequests()).isPositive();
        for (Operation operation : List.of(running, waiting)) {
            check().oneTerminal(operation);
            check().nothingDurable(operation);
        }
    }

    @FaultRow(
            value = 14,
            invariants = {I1, I3, I6, I9})
    @Test
    void aCommitThatIsUnderWayMustBeAnswered() {
        Rule answer = proxy().hold(Frames.COMMIT_ANSWER);
        Operation committing = start(session -> Mono.empty());
        answer.awaitHit(ServerFixture.PATIENCE);
        Operation waiting = start(session -> Mono.empty());
        CompletableFuture<Void> closing = close();
        waiting.await(); // so the grace is over
        assertThat(committing.isOver()).isFalse();
        assertThat(closing).isNotDone();
        answer.release();

        check().verdict(committing, TransactionOutcome.COMMITTED);
        check().acknowledgedOnlyIfDurable(committing);
        everythingIsClosed(closing);
        check().oneTerminal(committing);
    }

    /** A hundred pools and more, each closed at a random moment of the life of its first connections. */
    @FaultRow(
            value = 14,
            invariants = {I6, I9})
    @Test
    void atWhateverMomentItComesNothingMustBeLeft() {
        AtomicInteger committed = new AtomicInteger();
        long until = System.nanoTime() + LOOP.toNanos();
        int rounds = 0;
        List<Operation> operations = new ArrayList<>();
        while (rounds < FEWEST_ROUNDS || System.nanoTime() - until < 0) {
            operations.addAll(round(committed));
            rounds++;
        }

        check().poolIsWhole();
        operations.forEach(check()::oneTerminal);
        assertThat(fixture().number("SELECT count(*) FROM effect"))
                .as("effects of " + rounds + " rounds")
                .isEqualTo(committed.get());
    }

    private List<Operation> round(AtomicInteger committed) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        ReactiveSessions sessions = PostgresSessions.builder()
                .url(fixture().database().r2dbcUrl())
                .pool(ServerFixture.roomyPool(2))
                .closeGrace(Duration.ofMillis(random.nextInt(3)))
                .listener((name, phase, outcome, error) -> {
                    if (outcome == TransactionOutcome.COMMITTED) {
                        committed.incrementAndGet();
                    }
                })
                .build();
        List<Operation> operations = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Operation operation = operation();
            operations.add(operation.start(sessions.withTransaction(operation::write)));
        }
        Mono<Void> closing =
                Mono.delay(Duration.ofNanos(random.nextInt(15_000_000))).then(Mono.defer(sessions::close));
        closing.block(ServerFixture.PATIENCE);
        operations.forEach(Operation::await);
        assertThat(sessions.poolStatus()).isEqualTo(new PoolStatus(0, 0, 0, 0, 2, 0, 0));
        return operations;
    }
}
