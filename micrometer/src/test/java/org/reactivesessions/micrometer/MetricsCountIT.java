package org.reactivesessions.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.error.CommitOutcomeUnknownException;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.TransactionTimeoutException;
import org.reactivesessions.postgres.CommitMarkerSchema;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.CommitVerification;
import org.reactivesessions.transaction.Propagation;
import org.reactivesessions.transaction.TransactionOptions;
import org.reactivesessions.transaction.TransactionRetry;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** What is scraped after a run is exactly what has happened in it. */
@ExtendWith(PostgresExtension.class)
class MetricsCountIT {

    private static final TransactionOptions ORDER =
            TransactionOptions.defaults().named("order");

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Server server;
    private final SessionMetrics metrics =
            SessionMetrics.builder(registry).pool("main").build();
    private final ReactiveSessions sessions;
    private final AtomicInteger ids = new AtomicInteger();

    MetricsCountIT(TestDatabase database) {
        server = new Server(database);
        sessions = server.sessions(1).listener(metrics).build();
        metrics.bind(sessions);
    }

    @AfterEach
    void leaveNothingBehind() {
        Server.close(sessions);
        metrics.close();
        server.close();
    }

    private Mono<Long> insert(Session session) {
        return session.sql("INSERT INTO item VALUES ($1)", ids.incrementAndGet())
                .rowsUpdated();
    }

    private void commit(int times, TransactionOptions options) {
        for (int i = 0; i < times; i++) {
            sessions.withTransaction(options, this::insert).block(Server.PATIENCE);
        }
    }

    private void fail(int times, RuntimeException error) {
        for (int i = 0; i < times; i++) {
            assertThatThrownBy(() -> sessions.withTransaction(
                                    ORDER, session -> insert(session).then(Mono.error(error)))
                            .block(Server.PATIENCE))
                    .hasMessage(error.getMessage());
        }
    }

    private void violate(int times) {
        server.run("INSERT INTO item VALUES (-1)");
        for (int i = 0; i < times; i++) {
            assertThatThrownBy(() -> sessions.withTransaction(
                                    ORDER,
                                    session -> session.sql("INSERT INTO item VALUES (-1)")
                                            .rowsUpdated())
                            .block(Server.PATIENCE))
                    .isInstanceOf(R2dbcDataIntegrityViolationException.class);
        }
    }

    /** Cancels while an answer of the server is held. */
    private void cancelAt(FrameMatch answer, ReactiveSessions whose, int times) {
        for (int i = 0; i < times; i++) {
            Rule held = server.proxy().hold(answer);
            Disposable running = whose.withTransaction(ORDER, this::insert).subscribe(value -> {}, error -> {});
            held.awaitHit(Server.PATIENCE);
            running.dispose();
            held.remove();
            whose.quiesced().block(Server.PATIENCE);
        }
    }

    /** Cancels in a function that does something else, and waits for it to be there. */
    private void cancelWhileActive(int times) {
        for (int i = 0; i < times; i++) {
            Sinks.Empty<Void> there = Sinks.empty();
            Disposable running = sessions.withTransaction(
                            ORDER,
                            session -> insert(session).then(Mono.defer(() -> {
                                there.tryEmitEmpty();
                                return Mono.never();
                            })))
                    .subscribe(value -> {}, error -> {});
            there.asMono().block(Server.PATIENCE);
            running.dispose();
            sessions.quiesced().block(Server.PATIENCE);
        }
    }

    /** Cancels those who wait for the only connection, which somebody has who commits then. */
    private void cancelWhileWaiting(int times) {
        Sinks.Empty<Void> there = Sinks.empty();
        Sinks.Empty<Void> goOn = Sinks.empty();
        Sinks.Empty<Void> done = Sinks.empty();
        sessions.withTransaction(
                        ORDER,
                        session -> insert(session).then(Mono.defer(() -> {
                            there.tryEmitEmpty();
                            return goOn.asMono();
                        })))
                .subscribe(value -> {}, done::tryEmitError, done::tryEmitEmpty);
        there.asMono().block(Server.PATIENCE);
        for (int i = 0; i < times; i++) {
            sessions.withTransaction(ORDER, this::insert)
                    .subscribe(value -> {}, error -> {})
                    .dispose();
        }
        goOn.tryEmitEmpty();
        done.asMono().block(Server.PATIENCE);
        sessions.quiesced().block(Server.PATIENCE);
    }

    /** In the first attempt somebody else changes the row that was read. */
    private void conflict(int times) {
        server.run("CREATE TABLE account (balance int)");
        server.run("INSERT INTO account VALUES (0)");
        TransactionOptions transfer = TransactionOptions.defaults()
                .named("transfer")
                .isolation(IsolationLevel.SERIALIZABLE)
                .retry(TransactionRetry.defaults());
        for (int i = 0; i < times; i++) {
            Function<Session, Mono<Long>> increment = session -> session.sql("SELECT balance FROM account")
                    .one(row -> row.get(0, Integer.class))
                    .delayUntil(read -> session.attempt() > 1 ? Mono.empty() : elsewhere())
                    .then(Mono.defer(() -> session.sql("UPDATE account SET balance = balance + 1")
                            .rowsUpdated()));
            sessions.withTransaction(transfer, increment).block(Server.PATIENCE);
        }
    }

    private Mono<Void> elsewhere() {
        return Mono.<Void>fromRunnable(() -> server.run("UPDATE account SET balance = balance + 10"))
                .subscribeOn(Schedulers.boundedElastic());
    }

    private void takeTooLong(int times) {
        for (int i = 0; i < times; i++) {
            assertThatThrownBy(() -> sessions.withTransaction(
                                    ORDER.timeout(Duration.ofMillis(300)),
                                    session -> insert(session).then(Mono.never()))
                            .block(Server.PATIENCE))
                    .isInstanceOf(TransactionTimeoutException.class);
            sessions.quiesced().block(Server.PATIENCE);
        }
    }

    private void loseCommit(int times) {
        for (int i = 0; i < times; i++) {
            Rule cut = server.proxy().cut(Server.COMMIT_ANSWER);
            assertThatThrownBy(
                            () -> sessions.withTransaction(ORDER, this::insert).block(Server.PATIENCE))
                    .isInstanceOf(CommitOutcomeUnknownException.class);
            cut.remove();
        }
    }

    @Test
    void whatIsScrapedMustBeWhatHasHappened() {
        commit(7, ORDER);
        commit(2, TransactionOptions.defaults().named("report"));
        fail(3, new IllegalStateException("no"));
        violate(2);
        cancelWhileWaiting(2); // and commits one
        // Without the guard the function waits for BEGIN; with it, it runs, and is active.
        ReactiveSessions plain =
                server.sessions(1).pgBouncer().listener(metrics).build();
        cancelAt(Server.BEGIN_ANSWER, plain, 3);
        Server.close(plain);
        cancelAt(Server.BEGIN_ANSWER, sessions, 1);
        cancelWhileActive(3);
        cancelAt(Server.COMMIT_ANSWER, sessions, 2); // which commit
        conflict(3);
        takeTooLong(1);
        loseCommit(2);
        sessions.withSession(session -> session.sql("SELECT 1").execute()).block(Server.PATIENCE);

        Scrape scrape = Scrape.of(registry);
        String ended = "reactive_sessions_transactions_total";
        assertThat(scrape.value(ended, "name", "order", "outcome", "committed")).isEqualTo(7 + 1 + 2);
        assertThat(scrape.value(ended, "name", "order", "outcome", "rolled_back"))
                .isEqualTo(3 + 2 + 3 + 4 + 1);
        assertThat(scrape.value(ended, "name", "order", "outcome", "not_started"))
                .isEqualTo(2);
        assertThat(scrape.value(ended, "name", "order", "outcome", "in_doubt")).isEqualTo(2);
        assertThat(scrape.value(ended, "name", "report", "outcome", "committed"))
                .isEqualTo(2);
        assertThat(scrape.value(ended, "name", "transfer", "outcome", "committed"))
                .isEqualTo(3);
        assertThat(scrape.sum(ended, "pool", "main")).isEqualTo(10 + 13 + 2 + 2 + 2 + 3);
        assertThat(scrape.value("reactive_sessions_in_doubt_total")).isEqualTo(2);

        assertThat(scrape.value("reactive_sessions_retries_total", "name", "transfer"))
                .isEqualTo(3);
        assertThat(scrape.sum("reactive_sessions_retries_total")).isEqualTo(3);

        String cancels = "reactive_sessions_cancels_total";
        assertThat(scrape.value(cancels, "phase", "acquiring")).isEqualTo(2);
        assertThat(scrape.value(cancels, "phase", "beginning")).isEqualTo(3);
        assertThat(scrape.value(cancels, "phase", "active")).isEqualTo(4);
        assertThat(scrape.value(cancels, "phase", "committing")).isEqualTo(2);
        assertThat(scrape.sum(cancels)).isEqualTo(11);

        String failures = "reactive_sessions_failures_total";
        assertThat(scrape.value(failures, "error", "IllegalStateException")).isEqualTo(3);
        assertThat(scrape.value(failures, "error", "23")).isEqualTo(2);
        assertThat(scrape.value(failures, "error", "TransactionTimeoutException"))
                .isEqualTo(1);
        assertThat(scrape.value(failures, "error", "08")).isEqualTo(2);
        assertThat(scrape.sum(failures)).isEqualTo(3 + 2 + 1 + 2);
        assertThat(scrape.value("reactive_sessions_timeouts_total", "phase", "active"))
                .isEqualTo(1);
        assertThat(scrape.sum("reactive_sessions_timeouts_total")).isEqualTo(1);

        assertThat(scrape.value("reactive_sessions_commit_seconds_count", "name", "order"))
                .isEqualTo(10);
        assertThat(scrape.value("reactive_sessions_rollback_seconds_count", "name", "order"))
                .isEqualTo(13);
        assertThat(scrape.value("reactive_sessions_rollback_seconds_count", "name", "transfer"))
                .isEqualTo(3);
        assertThat(scrape.value("reactive_sessions_begin_seconds_count", "name", "order"))
                .isEqualTo(10 + 13 + 2);
        assertThat(scrape.value("reactive_sessions_acquire_seconds_count", "name", "order"))
                .isEqualTo(10 + 13 + 2);
        assertThat(scrape.value("reactive_sessions_hold_seconds_count", "name", "order"))
                .isEqualTo(10 + 13 + 2);
        double held = 25 + 2 + 6 + 1; // order, report, transfer in two attempts each, and the session
        assertThat(scrape.value("db_client_connection_use_time_seconds_count")).isEqualTo(held);
        assertThat(scrape.value("db_client_connection_wait_time_seconds_count")).isEqualTo(held);
    }

    @Test
    void aDoubtThatIsDecidedMustBeCountedAsWhatItTurnsOutToBe() {
        CommitMarkerSchema.install(sessions).block(Server.PATIENCE);
        TransactionOptions marked =
                TransactionOptions.defaults().named("marked").verification(CommitVerification.marker());
        commit(2, marked);
        Rule answer = server.proxy().cut(Server.COMMIT_ANSWER.nth(1));
        commit(1, marked);
        answer.remove();
        Rule request = server.proxy().cut(Server.COMMIT.nth(1));
        assertThatThrownBy(() -> commit(1, marked)).isInstanceOf(DatabaseUnavailableException.class);
        request.remove();

        Scrape scrape = Scrape.of(registry);
        String resolved = "reactive_sessions_resolved_seconds_count";
        assertThat(scrape.value(resolved, "outcome", "committed")).isEqualTo(1);
        assertThat(scrape.value(resolved, "outcome", "rolled_back")).isEqualTo(1);
        assertThat(scrape.sum(resolved)).isEqualTo(2);
        assertThat(scrape.value("reactive_sessions_in_doubt_total")).isZero();
        String ended = "reactive_sessions_transactions_total";
        assertThat(scrape.value(ended, "name", "marked", "outcome", "committed"))
                .isEqualTo(3);
        assertThat(scrape.value(ended, "name", "marked", "outcome", "rolled_back"))
                .isEqualTo(1);
        assertThat(scrape.sum(ended, "name", "marked")).isEqualTo(4);
    }

    @Test
    void thePoolMustBeShownAsItIs() {
        SessionMetrics tight = SessionMetrics.builder(registry).pool("tight").build();
        ReactiveSessions few = server.sessions(2)
                .pool(Server.pool(2)
                        .maxPending(5)
                        .createTimeout(Duration.ofSeconds(1))
                        .acquireTimeout(Duration.ofSeconds(1)))
                .listener(tight)
                .build();
        tight.bind(few);
        few.verify(20, Duration.ZERO).block(Server.PATIENCE); // within a second it may not be connected
        double before = (double) few.poolStatus().timeouts();
        Sinks.Empty<Void> goOn = Sinks.empty();
        Sinks.Empty<Void> done = Sinks.empty();
        Sinks.One<Scrape> seen = Sinks.one();
        few.withTransaction(session -> session.sql("SELECT 1")
                        .execute()
                        .then(few.withTransaction(
                                ORDER.propagation(Propagation.REQUIRES_NEW),
                                other -> other.sql("SELECT 1")
                                        .execute()
                                        .then(Mono.fromRunnable(() -> seen.tryEmitValue(Scrape.of(registry))))
                                        .then(goOn.asMono())))
                        .then())
                .subscribe(value -> {}, done::tryEmitError, done::tryEmitEmpty);
        Scrape scrape = seen.asMono().blockOptional(Server.PATIENCE).orElseThrow();

        assertThat(scrape.value("r2dbc_pool_acquired_connections", "name", "tight"))
                .isEqualTo(2);
        assertThat(scrape.value("r2dbc_pool_idle_connections", "name", "tight")).isZero();
        assertThat(scrape.value("r2dbc_pool_max_allocated_connections", "name", "tight"))
                .isEqualTo(2);
        assertThat(scrape.value("r2dbc_pool_max_pending_connections", "name", "tight"))
                .isEqualTo(5);
        assertThat(scrape.value("r2dbc_pool_acquired_connections", "name", "main"))
                .isZero();
        String pool = "db_client_connection_pool_name";
        assertThat(scrape.value("db_client_connection_count", pool, "tight", "db_client_connection_state", "used"))
                .isEqualTo(2);
        assertThat(scrape.value("db_client_connection_max", pool, "tight")).isEqualTo(2);

        assertThatThrownBy(() -> few.withTransaction(this::insert).block(Server.PATIENCE))
                .isInstanceOf(DatabaseUnavailableException.class);
        assertThat(Scrape.of(registry).value("db_client_connection_timeouts_total", pool, "tight"))
                .isEqualTo(before + 1);
        goOn.tryEmitEmpty();
        done.asMono().block(Server.PATIENCE);
        Server.close(few);

        assertThat(Scrape.of(registry).value("r2dbc_pool_allocated_connections", "name", "tight"))
                .isZero();
        tight.close();
        assertThat(Scrape.of(registry).values("r2dbc_pool_allocated_connections", "name"))
                .containsExactly("main");
    }
}
