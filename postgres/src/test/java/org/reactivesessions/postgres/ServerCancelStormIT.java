package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.postgres.mutant.DelegatingDialect;
import org.reactivesessions.postgres.security.SecurityRow;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.ServerCancelOptions;
import org.reactivesessions.transaction.TimeLimits;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Very many cancels: none hits whoever has the connection next, and they do not become as many requests. */
@ExtendWith(PostgresExtension.class)
class ServerCancelStormIT {

    private static final int ROUNDS = Rounds.of(10_000);
    private static final int CLIENTS = 1_000;
    private static final Duration LONG = Duration.ofMinutes(3);

    private final TestDatabase database;

    ServerCancelStormIT(TestDatabase database) {
        this.database = database;
    }

    /** Counts what the server is asked. */
    private static final class Counting extends DelegatingDialect {

        private final AtomicInteger requests = new AtomicInteger();

        Counting() {
            super(new PostgresDialect());
        }

        @Override
        public Publisher<Void> cancelRequest(Connection physical) {
            return Mono.defer(() -> {
                requests.incrementAndGet();
                return Mono.from(Objects.requireNonNull(delegate().cancelRequest(physical)));
            });
        }
    }

    /**
     * Each round cancels a statement about when it ends, three in ten of which would sleep for up to 2 ms, with no grace and no
     * budget to speak of, and lets somebody else work on the connection at once. A request that came late would fail his statement with 57014.
     */
    @SecurityRow("S15")
    @Test
    void noRequestMustHitWhoeverComesNext() {
        Counting dialect = new Counting();
        ReactiveSessions sessions = ReactiveSessions.builder(
                        new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                                .host(database.host())
                                .port(database.port())
                                .database(database.database())
                                .username(database.username())
                                .password(database.password())
                                .build()))
                .dialect(dialect)
                .pool(ServerFixture.roomyPool(2))
                .limits(new TimeLimits(ServerFixture.PATIENCE, ServerFixture.PATIENCE)
                        .serverCancel(ServerCancelOptions.defaults()
                                .grace(Duration.ofNanos(1))
                                .atOnce(16)
                                .perSecond(1_000_000)))
                .build();
        Random random = new Random(20);
        long started = System.nanoTime();

        Flux.range(0, ROUNDS)
                .flatMap(
                        round -> cancelled(
                                        sessions,
                                        random.nextInt(10) < 7 ? 0 : random.nextInt(2_000),
                                        random.nextInt(1_000))
                                .then(sessions.withTransaction(session -> session.sql("SELECT 1 FROM pg_sleep(0.0005)")
                                        .one(row -> row.get(0, Integer.class)))),
                        4)
                .blockLast(LONG);
        sessions.quiesced().block(ServerFixture.PATIENCE);

        System.out.printf(
                "%d cancels, %d requests, none late, in %.1f s%n",
                ROUNDS, dialect.requests.get(), (System.nanoTime() - started) / 1e9);
        assertThat(dialect.requests).hasValueGreaterThan(ROUNDS / 10);
        assertThat(sessions.poolStatus().acquired()).isZero();
        sessions.close().block(ServerFixture.PATIENCE);
    }

    private static Mono<Void> cancelled(ReactiveSessions sessions, int sleepMicros, int cancelMicros) {
        Sinks.Empty<Void> begun = Sinks.empty();
        return sessions.withTransaction(session -> {
                    begun.tryEmitEmpty();
                    return session.sql("SELECT pg_sleep(" + sleepMicros / 1e6 + ")")
                            .execute();
                })
                .takeUntilOther(begun.asMono().then(Mono.delay(Duration.ofNanos(cancelMicros * 1_000L))));
    }

    /** Each statement would run 40 ms and is given up after 2: every client could ask. */
    @Test
    void aStormOfCancelsMustStayWithinTheBudget() {
        ServerCancelOptions defaults = ServerCancelOptions.defaults();
        ServerFixture fixture = ServerFixture.with(
                database, builder -> builder.pool(ServerFixture.roomyPool(16).maxPending(CLIENTS)));
        long started = System.nanoTime();
        Flux.range(0, CLIENTS)
                .flatMap(
                        client -> {
                            Sinks.Empty<Void> begun = Sinks.empty();
                            return fixture.sessions()
                                    .withTransaction(session -> {
                                        begun.tryEmitEmpty();
                                        return session.sql("SELECT pg_sleep(0.04)")
                                                .execute();
                                    })
                                    .takeUntilOther(begun.asMono().then(Mono.delay(Duration.ofMillis(2))));
                        },
                        CLIENTS)
                .blockLast(LONG);
        fixture.quiesce();
        double seconds = (System.nanoTime() - started) / 1e9;

        int requests = fixture.proxy().cancelRequests();
        System.out.printf("%d clients gave up, %d requests in %.1f s%n", CLIENTS, requests, seconds);
        assertThat(requests).isPositive().isLessThanOrEqualTo((int) (defaults.perSecond() * (1 + seconds)) + 1);
        assertThat(fixture.events())
                .hasSize(CLIENTS)
                .extracting(ServerFixture.Ended::outcome)
                .containsOnly(TransactionOutcome.ROLLED_BACK);
        fixture.close();
    }
}
