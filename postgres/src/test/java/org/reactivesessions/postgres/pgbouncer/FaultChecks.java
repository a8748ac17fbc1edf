package org.reactivesessions.postgres.pgbouncer;

import static org.reactivesessions.postgres.pgbouncer.Clients.await;

import io.r2dbc.spi.R2dbcException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.reactivesessions.Session;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.health.HealthStatus;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.postgres.pgbouncer.CheckTable.Seen;
import org.reactivesessions.resilience.ResilienceOptions;
import org.reactivesessions.testkit.pgbouncer.PgBouncerProcess;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TimeLimits;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What goes away: a server connection, PgBouncer itself, the last server connection that was free. Not thread-safe. */
final class FaultChecks {

    private static final int CONNECTIONS = 8;
    private static final Duration SHORT = Duration.ofMillis(500);

    private final TestDatabase database;
    private final PgBouncerProcess bouncer;
    private final Oracle oracle;

    FaultChecks(TestDatabase database, PgBouncerProcess bouncer, Oracle oracle) {
        this.database = database;
        this.bouncer = bouncer;
        this.oracle = oracle;
    }

    void run(CheckTable table) {
        try (Clients clients = Clients.withPreset(database, bouncer, CONNECTIONS)) {
            table.check("server connection killed in a transaction", () -> killed(clients));
            table.check("every idle server connection killed", () -> killedIdle(clients));
            table.check("PgBouncer restarted, connections idle", () -> restarted(clients));
            table.check("PgBouncer restarted in a transaction", () -> restartedInside(clients));
        }
        table.check("given up while a statement runs longer than TimeLimits.control", this::givenUp);
        table.check("every server connection in use, health()", this::healthOfFull);
        table.check("every server connection in use, one more transaction", this::oneTooMany);
    }

    private Seen killed(Clients clients) throws SQLException {
        Sinks.One<Boolean> goOn = Sinks.one();
        Sinks.One<Integer> backend = Sinks.one();
        Mono<Integer> second = clients.sessions()
                .withTransaction(
                        TransactionOptions.defaults().named("killed"),
                        session -> SharingChecks.backend(session)
                                .doOnNext(backend::tryEmitValue)
                                .then(goOn.asMono())
                                .then(SharingChecks.backend(session)))
                .cache();
        Disposable running = second.subscribe(ignored -> {}, ignored -> {});
        kill("pid = " + await(backend.asMono()));
        goOn.tryEmitValue(true);
        String error = errorOf(second);
        running.dispose();
        clients.quiesce();
        TransactionChecks.mustEqual(
                TransactionOutcome.ROLLED_BACK, clients.outcomes().get("killed"));
        recovers(clients);
        return Seen.that(error + ", ROLLED_BACK, the next " + CONNECTIONS + " succeed");
    }

    private Seen killedIdle(Clients clients) throws SQLException {
        recovers(clients);
        kill("datname = current_database() AND pid <> pg_backend_pid() AND state = 'idle'");
        recovers(clients);
        return Seen.that("not noticed, the next " + CONNECTIONS + " succeed");
    }

    private Seen restarted(Clients clients) throws Exception {
        recovers(clients);
        bouncer.restart();
        recovers(clients);
        return Seen.that("not noticed, the next " + CONNECTIONS + " succeed");
    }

    private Seen restartedInside(Clients clients) throws Exception {
        Sinks.One<Boolean> goOn = Sinks.one();
        Sinks.One<Integer> backend = Sinks.one();
        Mono<Integer> second = clients.sessions()
                .withTransaction(
                        TransactionOptions.defaults().named("restarted"),
                        session -> SharingChecks.backend(session)
                                .doOnNext(backend::tryEmitValue)
                                .then(goOn.asMono())
                                .then(SharingChecks.backend(session)))
                .cache();
        Disposable running = second.subscribe(ignored -> {}, ignored -> {});
        await(backend.asMono());
        bouncer.restart();
        goOn.tryEmitValue(true);
        String error = errorOf(second);
        running.dispose();
        clients.quiesce();
        TransactionChecks.mustEqual(
                TransactionOutcome.ROLLED_BACK, clients.outcomes().get("restarted"));
        recovers(clients);
        return Seen.that(error + ", ROLLED_BACK, the next " + CONNECTIONS + " succeed");
    }

    private Seen givenUp() throws SQLException {
        try (Clients clients = impatient()) {
            clients.sessions()
                    .withTransaction(
                            TransactionOptions.defaults().named("given up"),
                            session -> TransactionChecks.sleep(session, "3"))
                    .take(Duration.ofMillis(100))
                    .block(Clients.PATIENCE);
            clients.quiesce();
            long running = oracle.number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                    + " AND state = 'active' AND query = 'SELECT pg_sleep(3)'");
            TransactionChecks.mustBe(0, clients.cancelRequests());
            TransactionChecks.mustBe(0, clients.sessions().poolStatus().allocated());
            await(clients.sessions().withTransaction(SharingChecks::backend));
            return Seen.that("connection closed, the next succeeds; the statement "
                    + (running == 1 ? "runs on on the server" : "has ended on the server"));
        }
    }

    /** One connection, whose BEGIN and whose undoing may take half a second. */
    private Clients impatient() {
        return Clients.with(
                database,
                bouncer,
                1,
                builder -> builder.pgBouncer()
                        .pool(PoolOptions.defaults()
                                .maxSize(1)
                                .acquireTimeout(Clients.PATIENCE)
                                .createTimeout(Clients.PATIENCE))
                        .resilience(ResilienceOptions.defaults().noRetry())
                        .limits(new TimeLimits(SHORT, Clients.PATIENCE)));
    }

    private Seen healthOfFull() throws InterruptedException {
        try (Clients holders = Clients.withPreset(database, bouncer, PgBouncerRun.SERVER_CONNECTIONS);
                Clients clients = Clients.withPreset(database, bouncer, 1)) {
            Sinks.One<Boolean> goOn = Sinks.one();
            Mono<Void> held = holdAll(holders, goOn);
            HealthStatus full = await(clients.sessions().health()).status();
            goOn.tryEmitValue(true);
            held.block(Clients.PATIENCE);
            HealthStatus after = await(clients.sessions().health()).status();
            TransactionChecks.mustEqual(HealthStatus.UP, after);
            return Seen.that(full + " after 1 s in PgBouncer's queue, UP again when one is free");
        }
    }

    private Seen oneTooMany() throws InterruptedException {
        try (Clients holders = Clients.withPreset(database, bouncer, PgBouncerRun.SERVER_CONNECTIONS);
                Clients clients = impatient()) {
            await(clients.sessions().withSession(SharingChecks::backend));
            Sinks.One<Boolean> goOn = Sinks.one();
            Mono<Void> held = holdAll(holders, goOn);
            String kind;
            try {
                await(clients.sessions().withTransaction(SharingChecks::backend));
                throw new AssertionError("it got a server connection");
            } catch (DatabaseUnavailableException full) {
                kind = String.valueOf(full.kind());
            }
            goOn.tryEmitValue(true);
            held.block(Clients.PATIENCE);
            recovers(clients);
            return Seen.that(kind + " when BEGIN is not answered within TimeLimits.control");
        }
    }

    /** Transactions on every server connection there is, all of them begun when this returns. */
    private static Mono<Void> holdAll(Clients holders, Sinks.One<Boolean> goOn) throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(PgBouncerRun.SERVER_CONNECTIONS);
        Mono<Void> held = Flux.range(0, PgBouncerRun.SERVER_CONNECTIONS)
                .flatMap(number -> holders.sessions()
                        .withTransaction(session -> SharingChecks.backend(session)
                                .doOnNext(backend -> begun.countDown())
                                .then(goOn.asMono())))
                .then()
                .cache();
        held.subscribe();
        if (!begun.await(Clients.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("not all server connections could be had");
        }
        return held;
    }

    private void kill(String which) throws SQLException {
        oracle.run("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name <> ''"
                + " AND backend_type = 'client backend' AND " + which);
    }

    private static String errorOf(Mono<?> work) {
        try {
            work.block(Clients.PATIENCE);
        } catch (RuntimeException failed) {
            return failed instanceof R2dbcException known
                    ? String.valueOf(known.getSqlState())
                    : failed.getClass().getSimpleName();
        }
        throw new AssertionError("no error");
    }

    /** As many transactions at once as there are connections, each of which has to succeed at the first attempt. */
    private static void recovers(Clients clients) {
        Flux.range(0, CONNECTIONS)
                .flatMap(number ->
                        clients.sessions().withTransaction((Session session) -> SharingChecks.backend(session)))
                .blockLast(Clients.PATIENCE);
    }
}
