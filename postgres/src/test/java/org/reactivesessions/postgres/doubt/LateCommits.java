package org.reactivesessions.postgres.doubt;

import static java.util.Objects.requireNonNull;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.error.CommitOutcomeUnknownException;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.CommitVerification;
import org.reactivesessions.transaction.TimeLimits;
import org.reactivesessions.transaction.TransactionOptions;

/** Rounds of one transaction each, on a proxy of their own, one after the other. Used by one thread. */
final class LateCommits implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final TimeLimits SHORT = new TimeLimits(Duration.ofSeconds(5), Duration.ofMillis(60));
    private static final TimeLimits LONG = new TimeLimits(Duration.ofSeconds(5), Duration.ofSeconds(20));
    private static final CommitVerification MARKER = CommitVerification.marker();
    private static final CommitVerification BRIEF = MARKER.within(Duration.ofMillis(150));
    private static final String INSERT = "INSERT INTO late (id) VALUES ($1) RETURNING pg_backend_pid()";
    private static final int POOL = 3;
    /** One in so many is held for longer than the resolver waits for a lock. */
    private static final int LONGER = 8;

    private final FaultProxy proxy;
    private final Oracle oracle;
    /** Whose limit for COMMIT passes while it is held. */
    private final ReactiveSessions impatient;
    /** Who is in doubt because the connection is lost. */
    private final ReactiveSessions patient;

    LateCommits(TestDatabase database, Planted planted) throws SQLException {
        this.proxy = FaultProxy.start(database.host(), database.port());
        proxy.outliveClients();
        this.oracle = new Oracle(database);
        this.impatient = Sessions.open(database, proxy, POOL, SHORT, (name, phase, outcome, error) -> {}, planted);
        this.patient = Sessions.open(database, proxy, POOL, LONG, (name, phase, outcome, error) -> {}, planted);
    }

    /** Returns {@code null} if the transaction did not come to its COMMIT, because its connection was still of the round before. */
    @Nullable
    Round run(int id, Held held, Random random)
            throws SQLException, InterruptedException, ExecutionException, TimeoutException {
        AtomicInteger backend = new AtomicInteger();
        Rule hold = held.in(proxy);
        try (Sightings sightings = new Sightings(proxy)) {
            CompletableFuture<Told> caller = start(id, held, backend);
            if (!isHit(hold, caller)) {
                return null;
            }
            if (held == Held.RACE) {
                proxy.resetClients();
            }
            Told told = meet(held, hold, sightings, caller, random);
            hold.awaitEnds(PATIENCE);
            oracle.awaitEndOf(backend.get());
            impatient.quiesced().then(patient.quiesced()).block(PATIENCE);
            boolean present = oracle.isTrue("SELECT true FROM late WHERE id = " + id);
            return new Round(
                    id,
                    held,
                    told,
                    present,
                    told.outcome() != TransactionOutcome.IN_DOUBT || resolved(told) == present,
                    sightings.waited(),
                    sightings.fenced(),
                    sightings.expired(),
                    sightings.rolledBack());
        } finally {
            hold.remove();
        }
    }

    private static boolean isHit(Rule hold, CompletableFuture<Told> caller) throws InterruptedException {
        while (hold.hits() == 0) {
            if (caller.isDone()) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
        return true;
    }

    private CompletableFuture<Told> start(int id, Held held, AtomicInteger backend) {
        TransactionOptions options = TransactionOptions.defaults()
                .named("late " + id)
                .verification(held == Held.COMMIT_FOR_LONG ? BRIEF : MARKER);
        return Told.by((held == Held.RACE ? patient : impatient)
                        .withTransaction(
                                options,
                                session -> session.sql(INSERT, id)
                                        .one(row -> requireNonNull(row.get(0, Integer.class)))
                                        .doOnNext(backend::set)))
                .toFuture();
    }

    /** Lets go what is held at the time of its kind, and waits for the verdict. */
    private Told meet(Held held, Rule hold, Sightings sightings, CompletableFuture<Told> caller, Random random)
            throws InterruptedException, ExecutionException, TimeoutException {
        if (held == Held.COMMIT) {
            sightings.question().awaitHit(PATIENCE);
            boolean longer = random.nextInt(LONGER) == 0;
            pause(longer ? 1_100_000 + random.nextInt(400_000) : random.nextInt(20_000));
            hold.release();
        } else if (held == Held.RACE) {
            if (random.nextInt(3) > 0) {
                sightings.question().awaitHit(PATIENCE);
            }
            pause(random.nextInt(2_000));
            hold.release();
        }
        Told told = caller.get(PATIENCE.toMillis() * 2, TimeUnit.MILLISECONDS);
        if (held == Held.COMMIT_FOR_LONG && random.nextBoolean()) {
            proxy.severAll(); // COMMIT never arrives
        }
        hold.release();
        return told;
    }

    private static void pause(int micros) {
        long until = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(micros);
        for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** What the database says to whoever follows the advice of the error. */
    private boolean resolved(Told told) throws SQLException {
        CommitOutcomeUnknownException unknown = (CommitOutcomeUnknownException) requireNonNull(told.error());
        return oracle.isTrue("SELECT reactive_sessions.resolve('" + unknown.token() + "')");
    }

    @Override
    public void close() throws SQLException {
        impatient.close().block(PATIENCE);
        patient.close().block(PATIENCE);
        proxy.close();
        oracle.close();
    }
}
