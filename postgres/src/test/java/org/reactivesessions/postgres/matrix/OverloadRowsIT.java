package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I10;
import static org.reactivesessions.postgres.matrix.Invariant.I3;
import static org.reactivesessions.postgres.matrix.Invariant.I6;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.FailureKind;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** More callers than can be served, again and again, and then no more than can be served. */
class OverloadRowsIT extends FaultRows {

    private static final int SIZE = 4;
    private static final Duration TARGET = Duration.ofMillis(50);
    private static final Duration OVERLOAD = Duration.ofSeconds(3);
    /** Longer than it goes on when nobody has to be refused. */
    private static final Duration CALM = Duration.ofSeconds(2);

    /** Forty can be served in a second, and five times as many come. */
    private static final int ARRIVALS = 200;

    private final LongAdder worked = new LongAdder();

    OverloadRowsIT(TestDatabase database) {
        super(
                database,
                settings -> settings.pool(
                        ServerFixture.roomyPool(SIZE).maxPending(100_000).waitTarget(TARGET)));
    }

    /** Has a connection for a while. */
    private Operation arrive() {
        Operation operation = operation();
        return operation.start(operation.bare(DEFAULTS, session -> {
            long since = System.nanoTime();
            return session.sql("SELECT pg_sleep(0.1)")
                    .execute()
                    .doOnSuccess(done -> worked.add(System.nanoTime() - since))
                    .then(Mono.just("done"));
        }));
    }

    private static boolean isShed(Operation operation) {
        return operation.error() instanceof DatabaseUnavailableException away && away.kind() == FailureKind.OVERLOADED;
    }

    private List<Operation> overload() {
        List<Operation> operations = new ArrayList<>();
        long since = System.nanoTime();
        for (long now = since; now - since < OVERLOAD.toNanos(); now = System.nanoTime()) {
            while (operations.size() < ARRIVALS * (now - since) / TimeUnit.SECONDS.toNanos(1)) {
                operations.add(arrive());
            }
            LockSupport.parkNanos(1_000_000);
        }
        return operations;
    }

    /** So that the time in which connections are opened does not count. */
    private void fillPool() {
        Sinks.Empty<Void> filled = Sinks.empty();
        List<Operation> holders = IntStream.range(0, SIZE)
                .mapToObj(each -> start(session -> filled.asMono()))
                .toList();
        Patience.until("the pool is not full", () -> holders.stream().allMatch(operation -> operation.calls() == 1));
        filled.tryEmitEmpty();
        holders.forEach(Operation::await);
    }

    @FaultRow(
            value = 58,
            invariants = {I3, I6, I10})
    @Test
    void whoCannotBeServedSoonMustBeRefusedAndTheConnectionsBeBusy() {
        fillPool();
        long since = System.nanoTime();
        List<Operation> operations = overload();
        operations.forEach(Operation::await);
        Duration had = Duration.ofNanos(SIZE * (System.nanoTime() - since));

        List<Operation> refused =
                operations.stream().filter(OverloadRowsIT::isShed).toList();
        assertThat(refused).hasSizeGreaterThan(operations.size() / 2).allSatisfy(operation -> {
            assertThat(operation.calls()).isZero();
            check().verdict(operation, TransactionOutcome.NOT_STARTED);
        });
        operations.stream()
                .filter(operation -> !isShed(operation))
                .forEach(operation -> check().verdict(operation, TransactionOutcome.COMMITTED));
        assertThat(fixture().sessions().poolStatus().shed()).isEqualTo(refused.size());
        assertThat(fixture().sessions().poolStatus().timeouts()).isZero();
        check().keptBusy(Duration.ofNanos(worked.sum()), had);

        long over = System.nanoTime();
        while (System.nanoTime() - over < CALM.toNanos()) {
            assertThat(arrive().await().error()).isNull();
        }
        check().recovers();
        check().poolIsWhole();
    }
}
