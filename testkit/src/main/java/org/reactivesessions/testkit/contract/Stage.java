package org.reactivesessions.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.pool.PoolStatus;
import org.reactivesessions.testkit.leak.DroppedSignals;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/**
 * What one case works with: an empty table {@code account}, sessions, what their listener heard, and a witness that reads
 * the database past them. Closing it checks that nothing was left behind.
 */
final class Stage {

    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int MAX_PENDING = 1_000;

    private static final long PAUSE_NANOS = 100_000;
    private static final int CONNECTIONS = 4;

    private final SessionsContract driver;
    private final Connection witness;
    private final DroppedSignals dropped = DroppedSignals.fromNow();
    private final List<Ended> ends = new CopyOnWriteArrayList<>();
    private final List<ReactiveSessions> opened = new ArrayList<>();
    private @Nullable ReactiveSessions sessions;
    private @Nullable Connection holder;

    private Stage(SessionsContract driver, Connection witness) {
        this.driver = driver;
        this.witness = witness;
    }

    static Stage open(SessionsContract driver) throws SQLException {
        Stage stage = new Stage(driver, driver.openJdbc());
        stage.run("DROP TABLE IF EXISTS account");
        stage.run("CREATE TABLE account (id INT PRIMARY KEY, owner VARCHAR(99), balance INT, note " + driver.textType()
                + ", photo " + driver.bytesType() + ")");
        return stage;
    }

    SessionsContract driver() {
        return driver;
    }

    /** Sessions with four connections. */
    ReactiveSessions sessions() {
        ReactiveSessions current = sessions;
        if (current == null) {
            current = open(pool(CONNECTIONS));
            sessions = current;
        }
        return current;
    }

    /** Further sessions, which report to the same listener. */
    ReactiveSessions open(PoolOptions pool) {
        return open(pool, PATIENCE);
    }

    /** The same, with a grace of their own when they are closed. */
    ReactiveSessions open(PoolOptions pool, Duration closeGrace) {
        ReactiveSessions further = driver.open(
                pool, (name, phase, outcome, error) -> ends.add(new Ended(name, phase, outcome, error)), closeGrace);
        opened.add(further);
        return further;
    }

    /** A pool that is patient with a busy machine. */
    static PoolOptions pool(int size) {
        return PoolOptions.defaults()
                .maxSize(size)
                .maxPending(MAX_PENDING)
                .acquireTimeout(PATIENCE)
                .createTimeout(PATIENCE);
    }

    /** How such a pool looks when nobody waits. */
    static PoolStatus status(int acquired, int idle, int allocated, int size) {
        return new PoolStatus(acquired, idle, 0, allocated, size, 0, 0, 0, MAX_PENDING);
    }

    /** Runs a function in a transaction and looks at what comes. */
    <T> StepVerifier.FirstStep<T> verify(Function<Session, Mono<T>> function) {
        return StepVerifier.create(sessions().<T>withTransaction(function));
    }

    /** Runs a function in a transaction and waits for its end. */
    <T> @Nullable T block(Function<Session, Mono<T>> function) {
        return sessions().<T>withTransaction(function).block(PATIENCE);
    }

    static Mono<Long> insert(Session session, int id) {
        return session.sql("INSERT INTO account (id, owner) VALUES ($1, $2)", id, "owner " + id)
                .rowsUpdated();
    }

    /** What the listener heard, in order. */
    List<Ended> ends() {
        return ends;
    }

    /** How the transactions ended, in order: phase and outcome. */
    List<String> outcomes() {
        return ends.stream().map(end -> end.phase() + " " + end.outcome()).toList();
    }

    /** Runs SQL past the sessions. */
    void run(String sql) {
        try (Statement statement = witness.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException(sql, failed);
        }
    }

    /** Reads one number past the sessions. */
    long number(String sql) {
        try (Statement statement = witness.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException failed) {
            throw new IllegalStateException(sql, failed);
        }
    }

    /** How many accounts are durable. */
    long accounts() {
        return number("SELECT COUNT(*) FROM account");
    }

    /** Lets a transaction past the sessions update a row and hold its lock until {@link #unlock}. */
    void lock(String update) {
        try {
            Connection opened = driver.openJdbc();
            holder = opened;
            opened.setAutoCommit(false);
            try (Statement statement = opened.createStatement()) {
                statement.execute(update);
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(update, failed);
        }
    }

    /** Undoes what {@link #lock} did. */
    void unlock() {
        Connection held = holder;
        if (held != null) {
            holder = null;
            try {
                held.rollback();
                held.close();
            } catch (SQLException failed) {
                throw new IllegalStateException("the lock cannot be given back", failed);
            }
        }
    }

    void quiesce() {
        sessions().quiesced().block(PATIENCE);
    }

    static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    /** Asks again until it is so. */
    static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited in vain for %s", PATIENCE).isLessThan(deadline);
            LockSupport.parkNanos(PAUSE_NANOS); // leaves the processor to those who are waited for
        }
    }

    void close() throws SQLException {
        try {
            unlock();
            for (ReactiveSessions each : opened) {
                each.quiesced().block(PATIENCE);
                // A connection that was being opened for somebody who has cancelled arrives, and goes, a little later.
                await(() ->
                        each.poolStatus().acquired() == 0 && each.poolStatus().pending() == 0);
                each.close().block(PATIENCE);
                await(() -> each.poolStatus().allocated() == 0);
            }
            assertThat(dropped.seen()).as("signals that were dropped").isEmpty();
        } finally {
            witness.close();
        }
    }
}
