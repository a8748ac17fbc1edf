package org.reactivesessions.postgres.pgbouncer;

import static org.reactivesessions.postgres.pgbouncer.Clients.await;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.reactivesessions.postgres.pgbouncer.CheckTable.Seen;
import org.reactivesessions.testkit.pgbouncer.PgBouncerProcess;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What happens to somebody who has not said that there is a pooler. Not thread-safe. */
final class WithoutPresetChecks {

    private static final int CONNECTIONS = 8;
    private static final int TRANSACTIONS = 200;

    private final TestDatabase database;
    private final PgBouncerProcess bouncer;
    private final PgBouncerProcess lenient;

    WithoutPresetChecks(TestDatabase database, PgBouncerProcess bouncer, PgBouncerProcess lenient) {
        this.database = database;
        this.bouncer = bouncer;
        this.lenient = lenient;
    }

    void run(CheckTable table) {
        table.check("without pgBouncer(): start-up parameters refused", () -> {
            try (Clients clients = Clients.with(database, bouncer, CONNECTIONS, UnaryOperator.identity())) {
                TransactionChecks.mustBe(0, failures(clients));
                return Seen.that("connections opened as with it, " + TRANSACTIONS + " transactions succeed");
            }
        });
        table.check("without pgBouncer(), a step on connect: refused", () -> {
            try (Clients clients = Clients.with(
                    database, bouncer, CONNECTIONS, builder -> builder.onConnect(connection -> Mono.empty()))) {
                try {
                    await(clients.sessions().withTransaction(SharingChecks::backend));
                } catch (RuntimeException refused) {
                    if (String.valueOf(refused.getMessage()).contains("use pgBouncer(), without onConnect")) {
                        return Seen.that("an error that says what to do");
                    }
                    throw refused;
                }
                throw new AssertionError("no error");
            }
        });
        table.check("control: without pgBouncer(), parameters ignored by PgBouncer", () -> {
            try (Clients clients = Clients.with(database, lenient, CONNECTIONS, UnaryOperator.identity())) {
                int failures = failures(clients);
                if (failures == 0) {
                    throw new AssertionError("prepared statements were no problem");
                }
                return Seen.that(failures + " of " + TRANSACTIONS + " transactions fail: say pgBouncer() there");
            }
        });
        table.check("with pgBouncer(), parameters ignored by PgBouncer", () -> {
            try (Clients clients = Clients.withPreset(database, lenient, CONNECTIONS)) {
                TransactionChecks.mustBe(0, failures(clients));
                return Seen.that(TRANSACTIONS + " transactions succeed");
            }
        });
    }

    /** How many of some transactions with a parameterised statement fail. */
    private static int failures(Clients clients) {
        AtomicInteger failures = new AtomicInteger();
        Flux.range(0, TRANSACTIONS)
                .flatMap(
                        number -> clients.sessions()
                                .withTransaction(session ->
                                        session.sql("SELECT $1::int", number).one(row -> row.get(0, Integer.class)))
                                .onErrorResume(failed -> {
                                    failures.incrementAndGet();
                                    return Mono.empty();
                                }),
                        CONNECTIONS)
                .blockLast(Clients.PATIENCE);
        return failures.get();
    }
}
