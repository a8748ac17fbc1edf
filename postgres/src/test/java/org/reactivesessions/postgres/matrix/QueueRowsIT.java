package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I3;
import static org.reactivesessions.postgres.matrix.Invariant.I5;
import static org.reactivesessions.postgres.matrix.Invariant.I6;
import static org.reactivesessions.postgres.matrix.Invariant.I7;
import static org.reactivesessions.postgres.matrix.Invariant.I9;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.FailureKind;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.pool.PoolStatus;
import org.reactivesessions.postgres.Rounds;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.postgres.security.SecurityRow;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.util.RaceTestUtils;

/** A pool of one connection that somebody has: who waits, who leaves, and who gives it back, all at once. */
class QueueRowsIT extends FaultRows {

    private static final int WAITING = 10;
    private static final int ROUNDS = Rounds.of(10_000);
    private static final Duration ACQUIRE = Duration.ofSeconds(2);

    QueueRowsIT(TestDatabase database) {
        super(
                warmedUp(database),
                settings -> settings.pool(
                        ServerFixture.roomyPool(1).acquireTimeout(ACQUIRE).createTimeout(ACQUIRE)));
    }

    /** Begins a transaction that has the connection until it is told to end. */
    private Operation hold(Sinks.Empty<Void> end) {
        Operation holder = start(session -> end.asMono());
        Patience.until("nobody holds the connection", () -> holder.calls() == 1);
        return holder;
    }

    private List<Operation> queue(int count, List<Operation> served) {
        List<Operation> waiting = IntStream.range(0, count)
                .mapToObj(each -> {
                    Operation operation = operation();
                    return operation.start(operation.bare(DEFAULTS, session -> {
                        served.add(operation);
                        return operation.write(session);
                    }));
                })
                .toList();
        assertThat(fixture().sessions().poolStatus().pending()).isEqualTo(count);
        return waiting;
    }

    private void mustBeSaturated(Operation operation) {
        assertThat(operation.error())
                .isInstanceOfSatisfying(
                        DatabaseUnavailableException.class,
                        error -> assertThat(error.kind()).isEqualTo(FailureKind.SATURATED));
        check().verdict(operation, TransactionOutcome.NOT_STARTED);
    }

    @SecurityRow("S20")
    @FaultRow(
            value = 7,
            invariants = {I3, I5, I6})
    @Test
    void whoWaitsMustBeServedInOrderAndWhoIsOneTooManyRefusedAtOnce() {
        Sinks.Empty<Void> end = Sinks.empty();
        List<Operation> served = new CopyOnWriteArrayList<>();
        Operation holder = hold(end);
        List<Operation> waiting = queue(WAITING, served);
        Operation refused = start(session -> Mono.just("done"));
        check().heardWithin(Duration.ZERO, refused);
        end.tryEmitEmpty();

        mustBeSaturated(refused);
        check().verdict(holder, TransactionOutcome.COMMITTED);
        waiting.forEach(operation -> check().verdict(operation, TransactionOutcome.COMMITTED));
        assertThat(served).isEqualTo(waiting);
        check().poolIsWhole();
    }

    @SecurityRow("S20")
    @FaultRow(
            value = 7,
            invariants = {I3, I5, I6})
    @Test
    void whoWaitsForTooLongMustHearItInTime() {
        Sinks.Empty<Void> end = Sinks.empty();
        List<Operation> served = new CopyOnWriteArrayList<>();
        Operation holder = hold(end);
        List<Operation> waiting = queue(WAITING, served);

        waiting.forEach(operation -> check().heardWithin(ACQUIRE, operation));
        assertThat(served).isEmpty();
        end.tryEmitEmpty();
        waiting.forEach(this::mustBeSaturated);
        check().verdict(holder, TransactionOutcome.COMMITTED);
        check().poolIsWhole();
    }

    @FaultRow(
            value = 8,
            invariants = {I6, I9})
    @Test
    void whoLeavesTheQueueMustNotCostItAPlace() {
        Random random = new Random(8);
        for (int round = 0; round < 100; round++) {
            Sinks.Empty<Void> end = Sinks.empty();
            List<Operation> served = new CopyOnWriteArrayList<>();
            Operation holder = hold(end);
            List<Operation> waiting = queue(4, served);
            Thread leaving = new Thread(() -> {
                LockSupport.parkNanos(random.nextInt((int) TimeUnit.MILLISECONDS.toNanos(2)));
                waiting.get(0).cancel();
                waiting.get(2).cancel();
            });
            leaving.start();
            end.tryEmitEmpty();

            assertThat(waiting.get(1).await().isCompleted()).isTrue();
            assertThat(waiting.get(3).await().isCompleted()).isTrue();
            join(leaving);
            assertThat(served).containsSubsequence(waiting.get(1), waiting.get(3));
            check().oneTerminal(holder);
            waiting.forEach(check()::oneTerminal);
        }
        check().poolIsWhole();
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    private void awaitFreePlace() {
        Patience.until("the place in the pool is not free", () -> {
            PoolStatus pool = fixture().sessions().poolStatus();
            return pool.acquired() == 0 && pool.pending() == 0 && pool.idle() == 1;
        });
    }

    private void mustHaveKeptTheConnection(Occupancy occupancy, int before) {
        check().oneOwner(occupancy);
        check().poolIsWhole();
        assertThat(backend()).isEqualTo(before);
    }

    private Disposable scope(Occupancy occupancy, Mono<Void> work) {
        return fixture()
                .sessions()
                .withSession(session -> occupancy.during(work))
                .subscribe();
    }

    @FaultRow(
            value = 9,
            invariants = {I6, I7})
    @Test
    void aCancelThatRacesTheDeliveryMustNotLoseTheConnection() {
        int before = backend();
        Occupancy occupancy = new Occupancy();
        for (int round = 0; round < ROUNDS; round++) {
            Sinks.Empty<Void> end = Sinks.empty();
            scope(occupancy, end.asMono());
            Disposable waiting = scope(occupancy, Mono.empty());
            RaceTestUtils.race(end::tryEmitEmpty, waiting::dispose);
            awaitFreePlace();
        }
        assertThat(occupancy.entered())
                .as("holders, and those who were delivered")
                .isGreaterThanOrEqualTo(ROUNDS);
        mustHaveKeptTheConnection(occupancy, before);
    }

    @FaultRow(
            value = 53,
            invariants = {I6, I7})
    @Test
    void aScopeThatEndsWhileItIsCancelledMustGiveItsConnectionBackOnce() {
        int before = backend();
        Occupancy occupancy = new Occupancy();
        for (int round = 0; round < ROUNDS; round++) {
            endWhileItIsCancelled(occupancy);
            Sinks.Empty<Void> end = Sinks.empty();
            scope(occupancy, end.asMono());
            scope(occupancy, Mono.empty());
            end.tryEmitEmpty();
            awaitFreePlace();
        }
        mustHaveKeptTheConnection(occupancy, before);
    }

    private void endWhileItIsCancelled(Occupancy occupancy) {
        Sinks.Empty<Void> end = Sinks.empty();
        Disposable holder = scope(occupancy, end.asMono());
        RaceTestUtils.race(end::tryEmitEmpty, holder::dispose);
    }
}
