package org.reactivesessions.postgres.pgbouncer;

import static org.reactivesessions.postgres.pgbouncer.Clients.await;

import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.reactivesessions.Session;
import org.reactivesessions.postgres.pgbouncer.CheckTable.Seen;
import org.reactivesessions.testkit.pgbouncer.PgBouncerProcess;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Several connections, and several applications, on fewer server connections. Not thread-safe. */
final class SharingChecks {

    private static final int CONNECTIONS = 8;
    private static final int ROUNDS = 100;

    private final TestDatabase database;
    private final PgBouncerProcess bouncer;
    private final Oracle oracle;

    SharingChecks(TestDatabase database, PgBouncerProcess bouncer, Oracle oracle) {
        this.database = database;
        this.bouncer = bouncer;
        this.oracle = oracle;
    }

    void run(CheckTable table) throws SQLException {
        try (Clients clients = Clients.withPreset(database, bouncer, CONNECTIONS);
                Clients others = Clients.withPreset(database, bouncer, 1)) {
            table.check(
                    "settings of a transaction, looked for by another application", () -> settings(clients, others));
            table.check("one text with parameters, " + CONNECTIONS + " at a time", () -> statements(clients));
            table.check("the statements of one withSession", () -> autocommit(clients, others));
            table.check(
                    "2,000 transactions of two inserts, cancelled at random",
                    () -> new CancelStorm(clients, oracle).run(2_000, 1));
        }
    }

    private static Seen settings(Clients clients, Clients others) {
        Set<Integer> used = new HashSet<>();
        int shared = 0;
        for (int round = 0; round < ROUNDS; round++) {
            used.add(await(clients.sessions()
                    .withTransaction(
                            TransactionOptions.defaults()
                                    .statementTimeout(Duration.ofSeconds(20))
                                    .setting("app.tenant", "acme")
                                    .setting("TimeZone", "Asia/Tokyo"),
                            SharingChecks::backend)));
            Integer backend = await(others.sessions()
                    .withTransaction(session -> session.sql("SELECT coalesce(current_setting('app.tenant', true), '')"
                                    + " || current_setting('statement_timeout') || current_setting('TimeZone')")
                            .one(row -> row.get(0, String.class))
                            .doOnNext(seen -> {
                                if (!seen.startsWith("0") || seen.contains("Tokyo")) {
                                    throw new AssertionError("saw " + seen);
                                }
                            })
                            .then(backend(session))));
            if (used.contains(backend)) {
                shared++;
            }
        }
        if (shared == 0) {
            throw new AssertionError("no server connection was shared");
        }
        return Seen.that(
                "none seen in " + ROUNDS + " rounds, " + shared + " of them on a server connection that had had them");
    }

    private static Seen statements(Clients clients) {
        long prepared = await(Flux.range(0, 1_000)
                .flatMap(
                        number -> clients.sessions()
                                .withTransaction(session -> session.sql("SELECT $1::int", number)
                                        .one(row -> row.get(0, Integer.class))
                                        .doOnNext(same -> TransactionChecks.mustBe(number, same))
                                        .then(session.sql("SELECT count(*) FROM pg_prepared_statements")
                                                .one(row -> row.get(0, Long.class)))),
                        CONNECTIONS)
                .reduce(0L, Long::sum));
        TransactionChecks.mustBe(0, prepared);
        return Seen.that("1,000 right answers, nothing prepared on the server");
    }

    /** While another application keeps in a transaction the server connection that the first statement had. */
    private static Seen autocommit(Clients clients, Clients others) {
        Mono<Boolean> changes = clients.sessions()
                .withSession(session -> backend(session)
                        .flatMap(first -> others.sessions()
                                .withTransaction(holder -> backend(holder)
                                        .flatMap(held -> backend(session)
                                                .map(second -> held.equals(first) && !second.equals(first))))));
        if (!await(changes)) {
            throw new AssertionError("the same server connection");
        }
        return Seen.that("ran on two server connections");
    }

    static Mono<Integer> backend(Session session) {
        return session.sql("SELECT pg_backend_pid()").one(row -> row.get(0, Integer.class));
    }
}
