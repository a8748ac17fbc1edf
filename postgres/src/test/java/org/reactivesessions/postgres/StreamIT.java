package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Streams out of a transaction: demand, order, memory, and cancels from within. */
@ExtendWith(PostgresExtension.class)
class StreamIT {

    /** {@code -Dstream.rows=10000000} goes on for longer. Either way they are more than the heap, or the buffers, have room for. */
    private static final long VERY_MANY = Long.getLong("stream.rows", 4_000_000);

    private static final int MANY = 4_000;

    private final TestDatabase database;
    private final ServerFixture fixture;

    StreamIT(TestDatabase database) {
        this.database = database;
        this.fixture = ServerFixture.on(database);
    }

    @AfterEach
    void leaveNothingBehind() {
        fixture.close();
    }

    private Flux<Long> series(long rows) {
        return fixture.sessions()
                .withTransactionMany(session ->
                        session.sql("SELECT generate_series(1, $1)", rows).all(row -> row.get(0, Long.class)));
    }

    @Test
    void rowsMustComeOnlyOnDemandAndTheEndOnlyAfterCommit() {
        Rule commit = fixture.proxy().watch(FrameMatch.fromClient('Q').sql("^COMMIT"));

        StepVerifier.create(series(5), 0)
                .expectSubscription()
                .thenRequest(2)
                .expectNext(1L, 2L)
                .then(() -> assertThat(commit.hits()).isZero())
                .thenRequest(3)
                .expectNext(3L, 4L, 5L)
                .expectComplete()
                .verify(ServerFixture.PATIENCE);

        assertThat(commit.hits()).isEqualTo(1);
    }

    /** r2dbc-postgresql #717: rows may overtake each other when demand comes from another thread. */
    @Test
    void rowsMustKeepTheirOrderWhenDemandComesFromAnotherThread() {
        for (int round = 0; round < 10; round++) {
            AtomicLong last = new AtomicLong();
            series(MANY)
                    .publishOn(Schedulers.parallel(), 1)
                    .as(StepVerifier::create)
                    .thenConsumeWhile(row -> row == last.incrementAndGet())
                    .expectComplete()
                    .verify(ServerFixture.PATIENCE);
            assertThat(last).hasValue(MANY);
        }
    }

    @Test
    void aCancelInsideOnNextMustRollBackAndDeliverNothingMore() {
        AtomicLong seen = new AtomicLong();
        series(2_000).subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            protected void hookOnNext(Long row) {
                seen.set(row);
                if (row == 3) {
                    cancel();
                }
            }
        });
        Rule rollback = fixture.proxy().watch(FrameMatch.fromServer('C').answering("^ROLLBACK"));
        rollback.awaitHit(ServerFixture.PATIENCE);
        fixture.quiesce();

        assertThat(seen).hasValue(3);
        assertThat(fixture.lastEvent().outcome()).isEqualTo(TransactionOutcome.ROLLED_BACK);
    }

    @Test
    void takeInsideTheFunctionMustCommit() {
        fixture.sessions()
                .withTransactionMany(session -> session.sql("SELECT generate_series(1, 1000)")
                        .all(row -> row.get(0, Integer.class))
                        .take(3))
                .as(StepVerifier::create)
                .expectNext(1, 2, 3)
                .verifyComplete();

        assertThat(fixture.lastEvent().outcome()).isEqualTo(TransactionOutcome.COMMITTED);
    }

    @Test
    void millionsOfRowsMustPassASlowConsumerInASmallHeap(@TempDir Path directory)
            throws IOException, InterruptedException {
        Path output = directory.resolve("output.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SlowReader.class.getName(),
                        database.r2dbcUrl(),
                        Long.toString(VERY_MANY))
                .redirectErrorStream(true)
                .redirectOutput(new File(output.toString()))
                .start();

        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();

        String said = Files.readString(output);
        System.out.println("slow reader: " + said.strip());
        assertThat(process.exitValue()).as(said).isZero();
        assertThat(said).contains("rows " + VERY_MANY).containsPattern("heap 6[0-9] MiB");
    }
}
