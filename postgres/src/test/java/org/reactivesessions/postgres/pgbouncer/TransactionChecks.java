package org.reactivesessions.postgres.pgbouncer;

import static org.reactivesessions.postgres.pgbouncer.Clients.await;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Result;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.postgres.pgbouncer.CheckTable.Seen;
import org.reactivesessions.testkit.pgbouncer.PgBouncerProcess;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Mono;

/** One application with one connection: what a transaction does, and what it costs. Not thread-safe. */
final class TransactionChecks {

    private final TestDatabase database;
    private final PgBouncerProcess bouncer;
    private final Oracle oracle;

    TransactionChecks(TestDatabase database, PgBouncerProcess bouncer, Oracle oracle) {
        this.database = database;
        this.bouncer = bouncer;
        this.oracle = oracle;
    }

    void run(CheckTable table) throws SQLException {
        oracle.run("CREATE TABLE item (id int)");
        try (Clients clients = Clients.withPreset(database, bouncer, 1)) {
            outcomes(table, clients);
            options(table, clients);
            scopes(table, clients);
        }
    }

    private void outcomes(CheckTable table, Clients clients) {
        ReactiveSessions sessions = clients.sessions();
        table.check("one statement, committed", () -> {
            long trips = clients.roundTrips(sessions.withTransaction(session -> insert(session, 1)));
            mustHold(1);
            return Seen.that("durable", mustBe(1 + 2, trips));
        });
        table.check("three statements, committed", () -> {
            long trips = clients.roundTrips(sessions.withTransaction(
                    session -> insert(session, 2).then(insert(session, 3)).then(insert(session, 4))));
            mustHold(4);
            return Seen.that("durable", mustBe(3 + 2, trips));
        });
        table.check("one statement, rolled back by an error", () -> {
            long trips = clients.roundTrips(sessions.withTransaction(
                            session -> insert(session, 5).then(Mono.error(new IllegalStateException("planned"))))
                    .onErrorComplete());
            mustHold(4);
            return Seen.that("undone", mustBe(1 + 2, trips));
        });
        table.check("cancelled while a statement runs", () -> {
            sessions.withTransaction(
                            TransactionOptions.defaults().named("cancelled"),
                            session -> insert(session, 6).then(sleep(session, "0.3")))
                    .take(Duration.ofMillis(100))
                    .block(Clients.PATIENCE);
            clients.quiesce();
            mustHold(4);
            mustEqual(TransactionOutcome.ROLLED_BACK, clients.outcomes().get("cancelled"));
            mustBe(0, clients.cancelRequests());
            return Seen.that("undone, without a request to cancel on the server");
        });
    }

    private void options(CheckTable table, Clients clients) {
        ReactiveSessions sessions = clients.sessions();
        TransactionOptions everything = TransactionOptions.defaults()
                .isolation(IsolationLevel.SERIALIZABLE)
                .readOnly()
                .statementTimeout(Duration.ofSeconds(20))
                .lockTimeout(Duration.ofSeconds(20))
                .setting("app.tenant", "acme");
        table.check("isolation, read-only, two timeouts and a setting", () -> {
            mustEqual(
                    "serializable on 20s 20s acme",
                    await(sessions.withTransaction(
                            everything,
                            session -> session.sql("SELECT concat_ws(' ', current_setting('transaction_isolation'),"
                                            + " current_setting('transaction_read_only'),"
                                            + " current_setting('statement_timeout'), current_setting('lock_timeout'),"
                                            + " current_setting('app.tenant'))")
                                    .one(row -> row.get(0, String.class)))));
            long trips = clients.roundTrips(sessions.withTransaction(everything, TransactionChecks::look));
            return Seen.that("as asked for", mustBe(1 + 2, trips));
        });
        table.check("a write in a read-only transaction", () -> {
            mustFail(
                    "25006",
                    sessions.withTransaction(TransactionOptions.defaults().readOnly(), session -> insert(session, 7)));
            return Seen.that("25006");
        });
        table.check("a statement longer than its statementTimeout", () -> {
            mustFail(
                    "57014",
                    sessions.withTransaction(
                            TransactionOptions.defaults().statementTimeout(Duration.ofMillis(50)),
                            session -> sleep(session, "20")));
            return Seen.that("57014 from the server");
        });
    }

    private void scopes(CheckTable table, Clients clients) {
        ReactiveSessions sessions = clients.sessions();
        table.check("a nested scope of one statement, kept", () -> {
            long trips =
                    clients.roundTrips(sessions.withTransaction(session -> session.nested(inner -> insert(inner, 8))));
            mustHold(5);
            return Seen.that("durable", mustBe(2 + 2, trips));
        });
        table.check("a nested scope of one statement, undone, and another statement", () -> {
            long trips = clients.roundTrips(sessions.withTransaction(session -> session.nested(
                            inner -> insert(inner, 9).then(Mono.error(new IllegalStateException("planned"))))
                    .onErrorComplete()
                    .then(insert(session, 10))));
            mustHold(6);
            mustBe(1, oracle.number("SELECT count(*) FROM item WHERE id = 10"));
            return Seen.that("only the inner work undone", mustBe(3 + 2, trips));
        });
        table.check("startedAt() and one statement", () -> {
            long trips = clients.roundTrips(
                    sessions.withTransaction(session -> session.startedAt().then(look(session))));
            return Seen.that("both answered", mustBe(2 + 2, trips));
        });
        table.check("10 rows by a cursor in portions of 4", () -> {
            long trips = clients.roundTrips(sessions.withTransactionMany(
                            session -> session.sql("SELECT generate_series(1, 10)")
                                    .cursor(4)
                                    .all(row -> row.get(0, Integer.class)))
                    .count()
                    .doOnNext(rows -> mustEqual(10L, rows)));
            return Seen.that("all rows; DECLARE, three FETCH and CLOSE", mustBe(5 + 2, trips));
        });
        table.check("withSession, one write", () -> {
            long trips = clients.roundTrips(sessions.withSession(session -> insert(session, 11)));
            mustHold(7);
            return Seen.that("durable by itself, there is no guard", mustBe(1, trips));
        });
        table.check("withSession, 10 rows in portions of 4", () -> {
            await(sessions.withSessionMany(session -> session.sql("SELECT generate_series(1, $1::int)", 10)
                            .fetchSize(4)
                            .all(row -> row.get(0, Integer.class)))
                    .count()
                    .doOnNext(rows -> mustEqual(10L, rows)));
            return Seen.that("all rows");
        });
        table.check("a library's own transaction on connectionFactory(), undone", () -> {
            Mono.usingWhen(
                            sessions.connectionFactory().create(),
                            connection -> Mono.from(connection.beginTransaction())
                                    .thenMany(connection
                                            .createStatement("INSERT INTO item VALUES (12)")
                                            .execute())
                                    .flatMap(Result::getRowsUpdated)
                                    .then(Mono.from(connection.rollbackTransaction())),
                            Connection::close)
                    .block(Clients.PATIENCE);
            mustHold(7);
            return Seen.that("undone");
        });
        table.check(
                "health()", () -> Seen.that(await(sessions.health()).status().toString()));
    }

    private void mustHold(long rows) throws SQLException {
        mustBe(rows, oracle.number("SELECT count(*) FROM item"));
    }

    private static Mono<Long> insert(Session session, int id) {
        return session.sql("INSERT INTO item VALUES ($1)", id).rowsUpdated();
    }

    private static Mono<Integer> look(Session session) {
        return session.sql("SELECT 1").one(row -> row.get(0, Integer.class));
    }

    static Mono<Void> sleep(Session session, String seconds) {
        return session.sql("SELECT pg_sleep(" + seconds + ")").execute();
    }

    static void mustFail(String sqlState, Mono<?> work) {
        try {
            work.block(Clients.PATIENCE);
        } catch (RuntimeException failed) {
            mustEqual(sqlState, failed instanceof R2dbcException known ? known.getSqlState() : failed.toString());
            return;
        }
        throw new AssertionError("did not fail with " + sqlState);
    }

    static long mustBe(long wanted, long found) {
        if (wanted != found) {
            throw new AssertionError("wanted " + wanted + " but found " + found);
        }
        return found;
    }

    static void mustEqual(@Nullable Object wanted, @Nullable Object found) {
        if (!Objects.equals(wanted, found)) {
            throw new AssertionError("wanted " + wanted + " but found " + found);
        }
    }
}
