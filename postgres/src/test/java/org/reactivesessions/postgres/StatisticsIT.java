package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ValidationDepth;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.observation.ConnectionEnd;
import org.reactivesessions.observation.ConnectionFigures;
import org.reactivesessions.observation.SessionFigures;
import org.reactivesessions.observation.SessionStatistics;
import org.reactivesessions.testkit.junit.PostgresTest;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TransactionOptions;
import org.reactivesessions.transaction.TransactionRetry;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What is counted is what has happened. */
@PostgresTest
@Timeout(120)
class StatisticsIT {

    private static final int TRANSACTIONS = 600;
    private static final int CALLERS = 4;
    private static final String CONFLICT =
            "DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = 'serialization_failure'; END $$";

    /** What a transaction is meant to come to. */
    private enum Kind {
        COMMITS,
        FUNCTION_FAILS,
        STATEMENT_FAILS,
        IS_CANCELLED,
        IS_NOT_BEGUN,
        TAKES_TOO_LONG,
        IS_RUN_AGAIN
    }

    private static Mono<Void> run(ServerFixture fixture, Kind kind) {
        TransactionOptions options = TransactionOptions.defaults().named(kind.name());
        return switch (kind) {
            case COMMITS ->
                fixture.sessions()
                        .withTransaction(
                                options, session -> session.sql("SELECT 1").execute());
            case FUNCTION_FAILS ->
                fixture.sessions()
                        .<Void>withTransaction(
                                options,
                                session -> session.sql("SELECT 1")
                                        .execute()
                                        .then(Mono.error(new IllegalStateException("meant to be"))))
                        .onErrorComplete();
            case STATEMENT_FAILS ->
                fixture.sessions()
                        .withTransaction(
                                options, session -> session.sql("SELECT 1 / 0").execute())
                        .onErrorComplete();
            case IS_CANCELLED -> {
                Sinks.Empty<Void> inside = Sinks.empty();
                yield fixture.sessions()
                        .<Void>withTransaction(
                                options,
                                session -> session.sql("SELECT 1")
                                        .execute()
                                        .then(Mono.fromRunnable(inside::tryEmitEmpty))
                                        .then(Mono.never()))
                        .takeUntilOther(inside.asMono());
            }
            case IS_NOT_BEGUN ->
                fixture.sessions()
                        .withTransaction(
                                options.setting("work_mem", "nonsense"),
                                session -> session.sql("SELECT 1").execute())
                        .onErrorComplete();
            case TAKES_TOO_LONG ->
                fixture.sessions()
                        .<Void>withTransaction(options.timeout(Duration.ofMillis(20)), session -> Mono.never())
                        .onErrorComplete();
            case IS_RUN_AGAIN ->
                fixture.sessions()
                        .withTransaction(
                                options.retry(TransactionRetry.defaults()
                                        .backoff(Duration.ofMillis(1), Duration.ofMillis(1))),
                                session -> session.sql(session.attempt() == 1 ? CONFLICT : "SELECT 1")
                                        .execute());
        };
    }

    @Test
    void afterAMixedRunTheFiguresMustBeThoseOfTheCallers(TestDatabase database) {
        try (ServerFixture fixture =
                ServerFixture.with(database, builder -> builder.pool(ServerFixture.roomyPool(CALLERS)))) {
            Random random = new Random(9);
            List<Kind> kinds = new ArrayList<>();
            for (int i = 0; i < TRANSACTIONS; i++) {
                kinds.add(Kind.values()[random.nextInt(Kind.values().length)]);
            }
            AtomicInteger ended = new AtomicInteger();
            List<SessionFigures> looks = new CopyOnWriteArrayList<>();
            Flux.fromIterable(kinds)
                    .flatMap(
                            kind -> run(fixture, kind).doFinally(end -> {
                                if (ended.incrementAndGet() % 7 == 0) {
                                    looks.add(fixture.sessions().statistics().sinceLastCall());
                                }
                            }),
                            CALLERS)
                    .blockLast(Duration.ofMinutes(1));
            fixture.quiesce();
            SessionStatistics last = fixture.sessions().statistics();
            looks.add(last.sinceLastCall());

            SessionFigures all = last.sinceStart();
            assertThat(all.opened()).isEqualTo(TRANSACTIONS).isEqualTo(all.ended());
            assertThat(all.committed())
                    .isEqualTo(count(kinds, Kind.COMMITS) + count(kinds, Kind.IS_RUN_AGAIN))
                    .isEqualTo(heard(fixture, TransactionOutcome.COMMITTED));
            assertThat(all.rolledBack()).isEqualTo(heard(fixture, TransactionOutcome.ROLLED_BACK));
            assertThat(all.notStarted())
                    .isGreaterThanOrEqualTo(count(kinds, Kind.IS_NOT_BEGUN)) // and those whose BEGIN took too long
                    .isEqualTo(heard(fixture, TransactionOutcome.NOT_STARTED));
            assertThat(all.inDoubt()).isZero();
            assertThat(all.cancelled()).isEqualTo(count(kinds, Kind.IS_CANCELLED));
            assertThat(all.retried()).isEqualTo(count(kinds, Kind.IS_RUN_AGAIN));
            assertThat(all.timeouts()).isEqualTo(count(kinds, Kind.TAKES_TOO_LONG));
            assertThat(all.peakConcurrent()).isBetween(1, 2 * CALLERS); // and those that are cleaned up
            assertThat(all.connections().opened() - all.connections().allClosed())
                    .isEqualTo(fixture.sessions().poolStatus().allocated());
            assertThat(looks.stream().mapToLong(SessionFigures::opened).sum()).isEqualTo(all.opened());
            assertThat(looks.stream().mapToLong(SessionFigures::ended).sum()).isEqualTo(all.ended());
            assertThat(looks.stream().mapToLong(SessionFigures::cancelled).sum())
                    .isEqualTo(all.cancelled());
        }
    }

    private static long count(List<Kind> kinds, Kind kind) {
        return Collections.frequency(kinds, kind);
    }

    private static long heard(ServerFixture fixture, TransactionOutcome outcome) {
        return fixture.events().stream()
                .filter(event -> event.outcome() == outcome)
                .count();
    }

    private static void use(ServerFixture fixture) {
        fixture.sessions()
                .withTransaction(session -> session.sql("SELECT 1").execute())
                .block(ServerFixture.PATIENCE);
    }

    @Test
    void everyConnectionMustBeCountedWithItsEnd(TestDatabase database) {
        List<Connection> opened = new CopyOnWriteArrayList<>();
        ServerFixture fixture = ServerFixture.with(
                database, builder -> builder.onConnect(connection -> Mono.fromRunnable(() -> opened.add(connection))));
        try (fixture) {
            use(fixture);
            fixture.run("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                    + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
            awaitClosed(opened.get(0));
            use(fixture);
            assertEnds(fixture, 2, Map.of(ConnectionEnd.LOST, 1L));

            fixture.sessions().reset().block(ServerFixture.PATIENCE);
            use(fixture);
            assertEnds(fixture, 3, Map.of(ConnectionEnd.LOST, 1L, ConnectionEnd.DISTRUSTED, 1L));

            fixture.sessions()
                    .withSession(session -> session.sql("DEALLOCATE ALL").execute())
                    .block(ServerFixture.PATIENCE);
            use(fixture);
            assertEnds(
                    fixture,
                    4,
                    Map.of(ConnectionEnd.LOST, 1L, ConnectionEnd.DISTRUSTED, 1L, ConnectionEnd.UNCERTAIN, 1L));
        }
        ConnectionFigures all = fixture.sessions().statistics().sinceStart().connections();
        assertThat(all.closed(ConnectionEnd.CLOSED)).isEqualTo(1);
        assertThat(all.allClosed()).isEqualTo(all.opened());
    }

    private static void awaitClosed(Connection connection) {
        Mono.defer(() -> Mono.from(connection.validate(ValidationDepth.LOCAL)))
                .filter(open -> !open)
                .repeatWhenEmpty(again -> again.delayElements(Duration.ofMillis(10)))
                .block(ServerFixture.PATIENCE);
    }

    private static void assertEnds(ServerFixture fixture, long opened, Map<ConnectionEnd, Long> ends) {
        ConnectionFigures figures = fixture.sessions().statistics().sinceStart().connections();
        assertThat(figures.opened()).isEqualTo(opened);
        assertThat(figures.closed()).containsAllEntriesOf(ends);
        assertThat(figures.allClosed()).isEqualTo(opened - 1);
        assertThat(fixture.sessions().poolStatus().allocated()).isEqualTo(1);
    }
}
