package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.Session;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.ServerCensus;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/**
 * Statements that would run on for minutes: cancelled with their scope, they are cancelled on the server, and the connection
 * is free and whole. The limit for undoing is 30 s and destroys, so none of it is its work. Times are printed.
 */
@ExtendWith(PostgresExtension.class)
class ServerCancelIT {

    private static final String SLEEP = "SELECT pg_sleep(600)";
    /** Of a kilobyte each, so that few of them are on their way when the scope ends. */
    private static final String ROWS = "SELECT repeat('x', 1000) FROM generate_series(1, 10000000)";

    private final TestDatabase database;
    private final ServerFixture fixture;

    ServerCancelIT(TestDatabase database) {
        this.database = database;
        this.fixture = ServerFixture.on(database);
    }

    @BeforeEach
    void createTable() {
        fixture.run("DROP TABLE IF EXISTS item");
        fixture.run("CREATE TABLE item (id int PRIMARY KEY)");
    }

    @AfterEach
    void leaveNothingBehind() {
        fixture.close();
    }

    private int backend() {
        return fixture.sessions()
                .withTransaction(
                        session -> session.sql("SELECT pg_backend_pid()").one(row -> row.get(0, Integer.class)))
                .blockOptional(ServerFixture.PATIENCE)
                .orElseThrow();
    }

    private void awaitRunning(String sql) {
        ServerCensus.await(database, ServerFixture.PATIENCE, census -> isRunning(census, sql));
    }

    private static boolean isRunning(ServerCensus census, String sql) {
        return census.sessions().stream()
                .anyMatch(session ->
                        session.state().equals("active") && session.query().contains(sql));
    }

    private void assertFreeAndWhole(int backendBefore, String sql) {
        assertThat(fixture.sessions().poolStatus().acquired()).isZero();
        assertThat(isRunning(ServerCensus.of(database), sql))
                .as("it still runs")
                .isFalse();
        assertThat(backend()).isEqualTo(backendBefore);
        assertThat(fixture.proxy().cancelRequests()).as("requests to cancel").isPositive();
    }

    /** Cancels a scope once a statement of it runs, and waits until the connection is back. */
    private void cancelWhileRunning(String what, String sql, Function<String, Disposable> scope) {
        int before = backend();
        Disposable running = scope.apply(sql);
        awaitRunning(sql);
        cancelAndMeasure(what, running);
        assertFreeAndWhole(before, sql);
    }

    private void cancelAndMeasure(String what, Disposable running) {
        long cancelled = System.nanoTime();
        running.dispose();
        fixture.quiesce();
        System.out.printf(
                "%s: connection back %.1f ms after the cancel, by %d request(s)%n",
                what, (System.nanoTime() - cancelled) / 1e6, fixture.proxy().cancelRequests());
    }

    private static Mono<Void> execute(Session session, String sql) {
        return session.sql(sql).execute();
    }

    @Test
    void aSleepMustEndWithItsTransaction() {
        cancelWhileRunning(
                "pg_sleep(600)",
                SLEEP,
                sql -> fixture.sessions()
                        .withTransaction(session -> execute(session, sql))
                        .subscribe());
        assertThat(fixture.lastEvent().name()).isEqualTo("transaction");
        assertThat(fixture.events())
                .extracting(ServerFixture.Ended::outcome)
                .contains(TransactionOutcome.ROLLED_BACK)
                .doesNotContain(TransactionOutcome.IN_DOUBT);
    }

    @Test
    void aStatementWithParametersMustEndToo() {
        cancelWhileRunning(
                "pg_sleep($1)",
                "SELECT pg_sleep($1)",
                sql -> fixture.sessions()
                        .withTransaction(session -> session.sql(sql, 600.0).execute())
                        .subscribe());
    }

    @Test
    void tenMillionRowsMustEndWithTheirTransaction() {
        int before = backend();
        Sinks.Empty<Void> first = Sinks.empty();
        Disposable running = fixture.sessions()
                .withTransactionMany(session -> session.sql(ROWS).all(row -> row.get(0, String.class)))
                .subscribe(row -> first.tryEmitEmpty());
        first.asMono().block(ServerFixture.PATIENCE);
        cancelAndMeasure("10 M rows", running);
        assertFreeAndWhole(before, ROWS);
    }

    /** Of the simple protocol, whose answer blocks the connection until it is read. */
    @Test
    void tenMillionRowsThatNobodyReadsMustEndWithTheirTransaction() {
        int before = backend();
        Sinks.Empty<Void> first = Sinks.empty();
        Disposable running = fixture.sessions()
                .withTransaction(session -> Mono.from(
                                session.connection().createStatement(ROWS).execute())
                        .doOnNext(result -> first.tryEmitEmpty())
                        .then(Mono.never()))
                .subscribe();
        first.asMono().block(ServerFixture.PATIENCE);
        cancelAndMeasure("10 M rows, unread", running);
        assertFreeAndWhole(before, ROWS);
    }

    @Test
    void aWaitForALockMustEndWithItsTransaction() throws SQLException {
        String update = "UPDATE item SET id = id + 1";
        try (Connection holder = database.openJdbc();
                Statement lock = holder.createStatement()) {
            holder.setAutoCommit(false);
            lock.execute("LOCK TABLE item IN ACCESS EXCLUSIVE MODE");
            cancelWhileRunning(
                    "lock wait",
                    update,
                    sql -> fixture.sessions()
                            .withTransaction(session -> execute(session, sql))
                            .subscribe());
            holder.rollback();
        }
    }

    @Test
    void aSleepMustEndWithItsSession() {
        cancelWhileRunning(
                "pg_sleep(600) without transaction",
                SLEEP,
                sql -> fixture.sessions()
                        .withSession(session -> execute(session, sql))
                        .subscribe());
    }

    @Test
    void aSleepMustEndWithItsNestedScopeAndTheOuterOneCommit() {
        int before = backend();
        Sinks.Empty<Void> enough = Sinks.empty();
        Mono<Long> outer = fixture.sessions()
                .withTransaction(session -> session.nested(inner -> inner.sql("INSERT INTO item VALUES (1)")
                                .rowsUpdated()
                                .then(execute(inner, SLEEP)))
                        .thenReturn("slept")
                        .timeout(enough.asMono(), Mono.just("given up"))
                        .then(session.sql("INSERT INTO item VALUES (2)").rowsUpdated()));
        Mono<Void> cancel = Mono.<Void>fromRunnable(() -> awaitRunning(SLEEP))
                .subscribeOn(Schedulers.boundedElastic())
                .doOnTerminate(enough::tryEmitEmpty);
        Mono.zip(outer, cancel.thenReturn(true))
                .as(StepVerifier::create)
                .expectNextCount(1)
                .expectComplete()
                .verify(ServerFixture.PATIENCE);

        assertThat(fixture.number("SELECT sum(id) FROM item")).isEqualTo(2);
        assertFreeAndWhole(before, SLEEP);
    }

    /** Both run to their end: a request would abort the transaction that is to go on. */
    @Test
    void whatTheFunctionGivesUpItselfMustNotBeCancelled() {
        fixture.sessions()
                .withTransaction(session -> session.sql("SELECT i FROM generate_series(1, 100000) i, pg_sleep(0.1)")
                        .first(row -> row.get(0, Integer.class))
                        .then(session.sql("INSERT INTO item SELECT 1 FROM pg_sleep(0.1)")
                                .rowsUpdated()
                                .timeout(Duration.ofMillis(30), Mono.just(0L)))
                        .then(session.sql("INSERT INTO item VALUES (2)").rowsUpdated()))
                .block(ServerFixture.PATIENCE);

        assertThat(fixture.number("SELECT sum(id) FROM item")).isEqualTo(3);
        assertThat(fixture.proxy().cancelRequests()).isZero();
    }
}
