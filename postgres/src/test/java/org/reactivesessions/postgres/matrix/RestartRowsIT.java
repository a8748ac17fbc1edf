package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I1;
import static org.reactivesessions.postgres.matrix.Invariant.I10;
import static org.reactivesessions.postgres.matrix.Invariant.I3;
import static org.reactivesessions.postgres.matrix.Invariant.I6;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.testkit.server.EmbeddedServer;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A server that an administrator restarts while every connection of the pool lies idle. */
class RestartRowsIT extends FaultRows {

    private static final int SIZE = 8;
    /** In a second: the default, which is at least ten. */
    private static final int RATE = 10;
    /** Asked past the pool, every second. */
    private static final int OF_HEALTH = 2;

    private static EmbeddedServer server;

    @BeforeAll
    static void startServer() {
        server = EmbeddedServer.start();
    }

    @AfterAll
    static void closeServer() {
        server.close();
    }

    RestartRowsIT() {
        super(server.freshDatabase(), settings -> settings.pool(ServerFixture.roomyPool(SIZE)));
    }

    /** As many as there are connections, each of which has one until all have. */
    private List<Operation> haveAll(Sinks.Empty<Void> end) {
        return IntStream.range(0, SIZE)
                .mapToObj(each -> start(session -> end.asMono()))
                .toList();
    }

    private static boolean haveBegun(List<Operation> operations) {
        return operations.stream().allMatch(operation -> operation.calls() == 1);
    }

    private void mustBeCommitted(List<Operation> operations) {
        operations.forEach(operation -> {
            assertThat(operation.await().error()).isNull();
            check().verdict(operation, TransactionOutcome.COMMITTED);
            check().acknowledgedOnlyIfDurable(operation);
        });
    }

    @FaultRow(
            value = 54,
            invariants = {I1, I3, I6, I10})
    @Test
    void idleConnectionsMustBeReplacedOneByOneAndNobodyFail() {
        Sinks.Empty<Void> filled = Sinks.empty();
        List<Operation> before = haveAll(filled);
        Patience.until("the pool is not full", () -> haveBegun(before));
        filled.tryEmitEmpty();
        mustBeCommitted(before);
        assertThat(fixture().sessions().poolStatus().idle()).isEqualTo(SIZE);
        server.restart();

        long restarted = System.nanoTime();
        long opened = proxy().linksOpened();
        Sinks.Empty<Void> end = Sinks.empty();
        List<Operation> operations = haveAll(end);
        List<Duration> reconnects = new ArrayList<>();
        Patience.until("not everybody has a connection", () -> {
            long now = proxy().linksOpened() - opened;
            Duration after = Duration.ofNanos(System.nanoTime() - restarted);
            for (long more = now - reconnects.size(); more > 0; more--) {
                reconnects.add(after);
            }
            LockSupport.parkNanos(1_000_000);
            return haveBegun(operations);
        });
        end.tryEmitEmpty();

        mustBeCommitted(operations);
        assertThat(reconnects).hasSizeBetween(SIZE, SIZE + OF_HEALTH);
        check().reconnectedOneByOne(reconnects, RATE, OF_HEALTH);
        mustBeCommitted(IntStream.range(0, 4 * SIZE)
                .mapToObj(each -> start(session -> Mono.just("done")))
                .toList());
        check().poolIsWhole();
    }
}
