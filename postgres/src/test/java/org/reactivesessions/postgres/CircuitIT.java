package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.error.DatabaseRefusedException;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.FailureKind;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.observation.BreakerState;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.postgres.hygiene.ExpectsDrops;
import org.reactivesessions.resilience.ResilienceOptions;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TimeLimits;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.util.retry.Retry;

/** The circuit on a server of its own that is stopped, frozen and started again: when it opens, when not, when it closes. */
@ExpectsDrops // its server is stopped while connections are opened, with commands unanswered
@Tag("patient")
class CircuitIT {

    private static final int SIZE = 4;
    private static final Duration SHORT = Duration.ofMillis(400);

    private static EmbeddedServer server;

    private final Heard heard = new Heard();
    private TestDatabase database;
    private ReactiveSessions sessions;

    /** What the listener hears on the way to connections. */
    private static final class Heard implements SessionListener {

        private final List<String> changes = new CopyOnWriteArrayList<>();
        private final List<Duration> waits = new CopyOnWriteArrayList<>();

        @Override
        public void ended(String name, LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {
            // The subscriber hears it too.
        }

        @Override
        public void retrying(String name, int attempt, Duration wait, Throwable error) {
            waits.add(wait);
        }

        @Override
        public void circuitChanged(String name, BreakerState from, BreakerState to) {
            changes.add(from + " to " + to);
        }
    }

    @BeforeAll
    static void startServer() {
        server = EmbeddedServer.start();
    }

    @AfterAll
    static void closeServer() {
        server.close();
    }

    @BeforeEach
    void openSessions() {
        database = server.freshDatabase();
        sessions = open(builder -> builder);
    }

    @AfterEach
    void leaveNothingBehind() {
        sessions.quiesced().block(ServerFixture.PATIENCE);
        assertThat(sessions.poolStatus().acquired()).isZero();
        assertThat(sessions.poolStatus().pending()).isZero();
        sessions.close().block(ServerFixture.PATIENCE);
        database.close();
    }

    /** The defaults, but for times that are short enough to wait for. */
    private ReactiveSessions open(UnaryOperator<PostgresSessions.Builder> settings) {
        return settings.apply(PostgresSessions.builder()
                        .url(database.r2dbcUrl())
                        .pool(PoolOptions.defaults()
                                .maxSize(SIZE)
                                .maxPending(1_000)
                                .acquireTimeout(Duration.ofSeconds(2))
                                .createTimeout(Duration.ofSeconds(2)))
                        .limits(new TimeLimits(SHORT, ServerFixture.PATIENCE))
                        .resilience(ResilienceOptions.defaults().circuitWait(SHORT))
                        .listener(heard))
                .build();
    }

    private Mono<Integer> transfer() {
        return sessions.withTransaction(session -> session.sql("SELECT 1").one(row -> row.get(0, Integer.class)));
    }

    private BreakerState circuit() {
        return Objects.requireNonNull(sessions.health().block(ServerFixture.PATIENCE))
                .circuit();
    }

    private void warmUp() {
        Flux.range(0, SIZE)
                .flatMap(each -> sessions.withTransaction(
                        session -> session.sql("SELECT 1 FROM pg_sleep(0.1)").one(row -> row.get(0, Integer.class))))
                .blockLast(ServerFixture.PATIENCE);
        assertThat(sessions.poolStatus().idle()).isEqualTo(SIZE);
    }

    /** Offers transactions until the circuit is open, each of which must fail as one whose database is away. */
    private DatabaseUnavailableException failUntilOpen() {
        return Objects.requireNonNull(Flux.range(0, 500)
                .flatMap(
                        each -> transfer()
                                .<Throwable>map(value -> new AssertionError("it answered " + value))
                                .onErrorResume(Mono::just),
                        SIZE)
                .cast(DatabaseUnavailableException.class)
                .filter(error -> error.kind() == FailureKind.CIRCUIT_OPEN)
                .blockFirst(ServerFixture.PATIENCE));
    }

    /** Ten in a row: a connect that began before the server was there may fail after the first success. */
    private void awaitAnswer() {
        Flux.range(0, 10)
                .concatMap(each -> transfer())
                .then()
                .retryWhen(Retry.fixedDelay(300, Duration.ofMillis(100)))
                .as(StepVerifier::create)
                .expectComplete()
                .verify(ServerFixture.PATIENCE);
    }

    private void assertOpenedAndClosed() {
        assertThat(heard.changes.get(0)).isEqualTo("CLOSED to OPEN");
        assertThat(heard.changes).endsWith("OPEN to HALF_OPEN", "HALF_OPEN to CLOSED");
        assertThat(circuit()).isEqualTo(BreakerState.CLOSED);
    }

    @Test
    void itMustOpenWhenThePortIsClosedAndCloseByItself() {
        warmUp();
        server.stop();
        DatabaseUnavailableException open = failUntilOpen();
        assertThat(open)
                .hasMessageStartingWith("transaction: not tried")
                .hasMessageContaining(", because the database has not answered lately")
                .hasMessageContaining("Connection refused");
        assertThat(open.retryAfter()).isPositive().isLessThanOrEqualTo(SHORT);

        server.restart();
        awaitAnswer();
        assertOpenedAndClosed();
    }

    @Test
    void itMustOpenWhenEveryBackendIsFrozenAndCloseByItself() {
        warmUp();
        sessions.close().block(ServerFixture.PATIENCE);
        sessions = open(builder -> builder.pool(PoolOptions.defaults()
                .maxSize(SIZE)
                .acquireTimeout(Duration.ofSeconds(2))
                .createTimeout(SHORT)));
        warmUp();
        server.freeze();
        try {
            failUntilOpen();
        } finally {
            server.thaw();
        }
        awaitAnswer();
        assertOpenedAndClosed();
    }

    @Test
    void itMustStayClosedWhenThePoolIsFull() {
        Sinks.Empty<Void> end = Sinks.empty();
        AtomicInteger begun = new AtomicInteger();
        Sinks.Empty<Void> all = Sinks.empty();
        Mono<Void> holders = Flux.range(0, SIZE)
                .flatMap(each -> sessions.withTransaction(session -> {
                    if (begun.incrementAndGet() == SIZE) {
                        all.tryEmitEmpty();
                    }
                    return end.asMono();
                }))
                .then()
                .cache();
        holders.subscribe();
        all.asMono().block(ServerFixture.PATIENCE);

        List<FailureKind> kinds = Flux.range(0, 100)
                .flatMap(
                        each -> transfer()
                                .<FailureKind>then(Mono.empty())
                                .onErrorResume(DatabaseUnavailableException.class, error -> Mono.just(error.kind())),
                        100)
                .collectList()
                .block(ServerFixture.PATIENCE);
        end.tryEmitEmpty();
        holders.block(ServerFixture.PATIENCE);

        assertThat(kinds).hasSize(100).containsOnly(FailureKind.SATURATED);
        assertThat(heard.changes).isEmpty();
        assertThat(heard.waits).as("retries").isEmpty();
    }

    @Test
    void itMustStayClosedWhenPasswordsAreWrong() {
        ReactiveSessions stranger = open(builder -> builder.password("not-the-password"));
        List<Throwable> errors = Flux.range(0, 100)
                .flatMap(
                        each -> stranger.withTransaction(session -> Mono.just(1))
                                .<Throwable>map(value -> new AssertionError("let in"))
                                .onErrorResume(Mono::just),
                        SIZE)
                .collectList()
                .block(ServerFixture.PATIENCE);
        stranger.close().block(ServerFixture.PATIENCE);

        assertThat(errors)
                .hasSize(100)
                .allSatisfy(error -> assertThat(error)
                        .isInstanceOf(DatabaseRefusedException.class)
                        .hasMessageStartingWith("transaction: the database refused the connection:")
                        .hasMessageNotContaining("not-the-password"));
        assertThat(heard.changes).isEmpty();
        assertThat(heard.waits).as("retries").isEmpty();
    }

    /** Also on a machine that is slow: what is not answered within the short limits of the other tests would be a failure. */
    @Test
    void itMustStayClosedAfterTenThousandCancels() {
        sessions.close().block(ServerFixture.PATIENCE);
        sessions = open(settings -> settings.limits(new TimeLimits(ServerFixture.PATIENCE, ServerFixture.PATIENCE))
                .pool(PoolOptions.defaults()
                        .maxSize(SIZE)
                        .acquireTimeout(ServerFixture.PATIENCE)
                        .createTimeout(ServerFixture.PATIENCE)));
        warmUp();
        Random random = new Random(7);
        Flux.range(0, 10_000)
                .flatMap(
                        each -> Mono.create(sink -> {
                            Disposable running = transfer().subscribe(value -> {}, error -> {});
                            Mono.delay(Duration.ofNanos(random.nextInt(500_000)))
                                    .subscribe(now -> {
                                        running.dispose();
                                        sink.success();
                                    });
                        }),
                        16)
                .blockLast(Duration.ofMinutes(2));

        assertThat(heard.changes).isEmpty();
        assertThat(circuit()).isEqualTo(BreakerState.CLOSED);
    }

    @Test
    void aRestartMustBeMetByNoStorm() {
        AtomicInteger answered = new AtomicInteger();
        int offered = 0;
        warmUp();
        offered += offer(500, answered);
        server.stop();
        offered += offer(1_000, answered);
        server.restart();
        awaitAnswer();
        int before = answered.get();
        offered += offer(500, answered);

        assertThat(answered.get() - before).as("answered after the restart").isEqualTo(500);
        assertThat(offered + heard.waits.size())
                .as("attempts for %d offered", offered)
                .isLessThanOrEqualTo(offered * 12 / 10);
        assertThat(heard.waits).as("retries").isNotEmpty();
        assertThat(heard.waits.stream().distinct().count())
                .as("different waits of %d", heard.waits.size())
                .isGreaterThan(heard.waits.size() / 4);
    }

    private int offer(int count, AtomicInteger answered) {
        Flux.range(0, count)
                .flatMap(
                        each -> transfer()
                                .doOnNext(value -> answered.incrementAndGet())
                                .onErrorResume(DatabaseUnavailableException.class, error -> Mono.empty()),
                        16)
                .blockLast(ServerFixture.PATIENCE);
        return count;
    }
}
