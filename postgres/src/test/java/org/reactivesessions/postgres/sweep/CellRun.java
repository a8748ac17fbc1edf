package org.reactivesessions.postgres.sweep;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.postgres.sweep.Cell.Kind;
import org.reactivesessions.postgres.sweep.Cell.Moment;
import org.reactivesessions.postgres.sweep.Cell.Step;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TimeLimits;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** One cell, run once: a pool of one connection, one transaction, one cancel, and a second transaction after it. */
final class CellRun {

    static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Cell cell;
    private final int id;
    private final FaultProxy proxy;
    private final Trap trap;
    private final ProbedConnections connections;
    private final ReactiveSessions sessions;
    private final Watcher watcher;
    private final CountDownLatch parked = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
    private final List<TransactionOutcome> outcomes = new CopyOnWriteArrayList<>();
    private final List<String> violations = new ArrayList<>();

    /** @param startup the start-up parameters of the connections */
    CellRun(
            Cell cell,
            int id,
            TestDatabase database,
            Map<String, String> startup,
            Function<Function<String, Mono<Void>>, Dialect> dialects) {
        this.cell = cell;
        this.id = id;
        this.proxy = FaultProxy.start(database.host(), database.port());
        this.watcher = new Watcher(cell.is(Step.ACQUIRE, Moment.BEFORE));
        this.trap = new Trap(cell.step(), cell.moment(), this::sprung);
        this.connections = new ProbedConnections(driver(database, proxy.host(), proxy.port(), startup), trap);
        this.sessions = ReactiveSessions.builder(connections)
                // Past the proxy, where one would be counted if a cell takes a second.
                .healthConnections(driver(database, database.host(), database.port(), Map.of()))
                .dialect(new ProbedDialect(dialects.apply(this::cancelOf), trap, this::beforeRelease))
                .pool(PoolOptions.defaults()
                        .maxSize(1)
                        .acquireTimeout(PATIENCE)
                        .createTimeout(PATIENCE)
                        .aliveWindow(PATIENCE))
                .limits(new TimeLimits(Duration.ofSeconds(5), Duration.ofSeconds(5)))
                .listener((name, phase, outcome, error) -> {
                    if (name.equals("transaction")) {
                        outcomes.add(outcome);
                    }
                })
                .build();
    }

    private static PostgresqlConnectionFactory driver(
            TestDatabase database, String host, int port, Map<String, String> startup) {
        return new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                .host(host)
                .port(port)
                .database(database.database())
                .username(database.username())
                .password(database.password())
                .options(startup)
                .build());
    }

    /** Completes when the transaction of that name is cancelled. */
    private Mono<Void> cancelOf(String name) {
        return name.equals(TransactionOptions.defaults().name()) ? watcher.cancelled() : Mono.never();
    }

    /** Runs the cell and returns what was wrong; nothing if all was well. */
    List<String> run() {
        try {
            if (cell.step() != Step.ACQUIRE) {
                sessions.withTransaction(
                                named("warm-up"),
                                session -> session.sql("SELECT 1").execute())
                        .block(PATIENCE);
            }
            trap.arm();
            act();
            settle();
            followUp();
        } catch (RuntimeException | AssertionError failed) {
            violations.add("the cell ended with " + failed);
        } finally {
            go.countDown();
            sessions.close().block(PATIENCE);
            proxy.close();
        }
        return violations;
    }

    private void act() {
        if (cell.moment() == Moment.DURING && cell.step() != Step.RELEASE) {
            cancelWhileHeld();
        } else if (isParked()) {
            subscribe();
            check(await(parked), "the statement was not reached");
            watcher.cancelNow();
            quiesce(); // ROLLBACK was answered while the statement was on its way
            go.countDown();
        } else {
            if (cell.is(Step.RELEASE, Moment.DURING)) {
                connections.holdRelease();
            }
            subscribe();
        }
    }

    private void cancelWhileHeld() {
        Rule rollbacks = proxy.watch(FrameMatch.fromClient('Q').sql("^ROLLBACK"));
        Rule hold = proxy.hold(
                cell.step() == Step.ACQUIRE
                        ? FrameMatch.startup()
                        : FrameMatch.fromServer('C').answering(cell.step().onTheWire()));
        subscribe();
        hold.awaitHit(PATIENCE);
        int rollbacksSeen = rollbacks.hits();
        watcher.cancelNow();
        if (cell.step() == Step.ACQUIRE) {
            quiesce();
            check(outcomes.size() == 1, "a cancelled wait for a connection did not end at once");
        } else {
            check(
                    sessions.poolStatus().acquired() == 1,
                    "the connection was given back before " + cell.step() + " was answered");
        }
        if (cell.step() == Step.BEGIN || cell.step() == Step.COMMIT) {
            check(rollbacks.hits() == rollbacksSeen, "ROLLBACK was sent while " + cell.step() + " was unanswered");
        }
        hold.remove();
    }

    private void subscribe() {
        if (cell.kind() == Kind.MONO) {
            sessions.withTransaction(this::work).subscribe(watcher);
        } else {
            sessions.withTransactionMany(session -> Flux.concat(
                            statement(session, Step.STATEMENT_1, "first"),
                            statement(session, Step.STATEMENT_2, "second"),
                            ending()))
                    .subscribe(watcher);
        }
    }

    private Mono<Long> work(Session session) {
        return statement(session, Step.STATEMENT_1, "first")
                .then(statement(session, Step.STATEMENT_2, "second"))
                .flatMap(rows -> ending().thenReturn(rows));
    }

    private Mono<Long> ending() {
        return cell.step().failsByItself() ? Mono.error(new IllegalStateException("planned")) : Mono.empty();
    }

    private Mono<Long> statement(Session session, Step step, String part) {
        Mono<Long> statement = Mono.defer(() -> {
            trap.reached(step, Moment.BEFORE);
            return session.sql("INSERT INTO sweep (cell, part) VALUES (" + id + ", '" + part + "')")
                    .rowsUpdated();
        });
        if (isParked() && step == cell.step()) {
            statement = statement.subscribeOn(Schedulers.boundedElastic());
        }
        return statement.doOnNext(rows -> trap.reached(step, Moment.AFTER));
    }

    /** Cells in which the function is caught just before it subscribes a statement, past every check for a cancel. */
    private boolean isParked() {
        return cell.moment() == Moment.BEFORE && (cell.step() == Step.STATEMENT_1 || cell.step() == Step.STATEMENT_2);
    }

    private void sprung() {
        if (isParked()) {
            parked.countDown();
            awaitUninterruptibly();
        } else {
            watcher.cancelNow();
        }
    }

    private void beforeRelease() {
        if (cell.step() == Step.RELEASE && trap.isArmed()) {
            connections.expectRelease();
        }
    }

    private void settle() {
        if (cell.is(Step.RELEASE, Moment.DURING)) {
            check(trap.awaitSprung(PATIENCE), "the release was not reached");
            check(
                    sessions.poolStatus().acquired() == 1,
                    "the connection counts as given back while it is being given back");
            connections.letRelease();
        }
        if (cell.is(Step.RELEASE, Moment.AFTER)) {
            check(watcher.awaitEnd(PATIENCE), "the transaction did not end");
            watcher.cancelNow();
        } else if (!isParked() && cell.moment() != Moment.DURING && !cell.is(Step.ACQUIRE, Moment.BEFORE)) {
            check(trap.awaitSprung(PATIENCE), "the step was not reached");
        }
        quiesce();
        check(watcher.heardAfterCancel().isEmpty(), "signals after the cancel: " + watcher.heardAfterCancel());
        check(outcomes.equals(List.of(expected())), "outcomes " + outcomes + ", expected one " + expected());
        check(nothingAcquired(), "a connection is still acquired");
        check(sessions.poolStatus().pending() == 0, "somebody still waits for a connection");
    }

    /**
     * A connection whose borrower left while it was opened counts as acquired until the thread that opened it has found
     * out; no signal tells when.
     */
    private boolean nothingAcquired() {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (cell.step() == Step.ACQUIRE && sessions.poolStatus().acquired() != 0 && System.nanoTime() - end < 0) {
            ServerFixture.pause();
        }
        return sessions.poolStatus().acquired() == 0;
    }

    private TransactionOutcome expected() {
        if (cell.mustCommit()) {
            return TransactionOutcome.COMMITTED;
        }
        return cell.step() == Step.ACQUIRE ? TransactionOutcome.NOT_STARTED : TransactionOutcome.ROLLED_BACK;
    }

    /** The next borrower of the connection must get a transaction of its own, on the same connection. */
    private void followUp() {
        Rule begins = proxy.watch(FrameMatch.fromClient('Q').sql("^BEGIN"));
        sessions.withTransaction(
                        named("follow-up"),
                        session -> session.sql("INSERT INTO sweep (cell, part) VALUES ($1, $2)", id, "follow-up")
                                .rowsUpdated())
                .block(PATIENCE);
        check(begins.hits() == 1, "the next borrower's BEGIN was not sent");
        long opened = proxy.linksOpened() - proxy.cancelRequests();
        check(opened == 1, "a connection was destroyed: " + opened + " were opened");
    }

    private void quiesce() {
        sessions.quiesced().block(PATIENCE);
    }

    private void check(boolean holds, String otherwise) {
        if (!holds) {
            violations.add(otherwise);
        }
    }

    private static TransactionOptions named(String name) {
        return TransactionOptions.defaults().named(name);
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The cancel interrupts the parked thread; it must stay parked nevertheless. */
    private void awaitUninterruptibly() {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (go.getCount() > 0 && System.nanoTime() < end) {
            try {
                if (go.await(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    return;
                }
            } catch (InterruptedException ignored) {
                // stays parked
            }
        }
    }
}
