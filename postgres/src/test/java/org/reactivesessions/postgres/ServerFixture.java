package org.reactivesessions.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.observation.BreakerState;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.pool.ResetPolicy;
import org.reactivesessions.postgres.hygiene.Secrets;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.server.ServerCensus;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TimeLimits;

/**
 * Sessions behind a fault proxy, the events they report, and an oracle that reads the database past both. Closing it
 * checks that nothing was left behind.
 */
public final class ServerFixture implements AutoCloseable {

    /** Longer than anything takes that works. */
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final long PAUSE_NANOS = 100_000;

    /** What a listener heard. */
    public record Ended(
            String name,
            LifePhase phase,
            TransactionOutcome outcome,
            @Nullable Throwable error) {}

    /** What a listener heard of an attempt that another one follows. */
    public record Repeated(String name, int attempt, TransactionOutcome outcome, Throwable error) {}

    /** What a listener heard of a further attempt to get a connection. */
    public record Waited(int attempt, Duration pause, Throwable error) {}

    private volatile TestDatabase database;
    private final FaultProxy proxy;
    private final Heard heard = new Heard();
    private final ReactiveSessions sessions;

    private ServerFixture(TestDatabase database, UnaryOperator<PostgresSessions.Builder> settings) {
        this.database = database;
        Secrets.know(database.password());
        this.proxy = FaultProxy.start(database.host(), database.port());
        this.sessions = settings.apply(PostgresSessions.builder()
                        .url(database.r2dbcUrl(proxy.host(), proxy.port()))
                        .pool(roomyPool(1))
                        .listener(heard))
                .build();
    }

    /** The listener. */
    private static final class Heard implements SessionListener {

        final List<Ended> events = new CopyOnWriteArrayList<>();
        final List<Repeated> repeats = new CopyOnWriteArrayList<>();
        final List<Waited> waits = new CopyOnWriteArrayList<>();
        final List<BreakerState> circuit = new CopyOnWriteArrayList<>();

        @Override
        public void ended(String name, LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {
            events.add(new Ended(name, phase, outcome, error));
            if (error != null) {
                Secrets.look("error of " + name, error);
            }
        }

        @Override
        public void repeating(String name, int attempt, Duration wait, TransactionOutcome outcome, Throwable error) {
            repeats.add(new Repeated(name, attempt, outcome, error));
        }

        @Override
        public void retrying(String name, int attempt, Duration wait, Throwable error) {
            waits.add(new Waited(attempt, wait, error));
        }

        @Override
        public void circuitChanged(String name, BreakerState from, BreakerState to) {
            circuit.add(to);
        }
    }

    /** A pool of one connection, patient with a busy machine. */
    public static ServerFixture on(TestDatabase database) {
        return withLimits(database, PATIENCE, PATIENCE);
    }

    /** A pool of one connection, with limits short enough to wait for them in a test. */
    public static ServerFixture withLimits(TestDatabase database, Duration control, Duration commit) {
        return new ServerFixture(database, builder -> builder.limits(new TimeLimits(control, commit)));
    }

    /** A pool of one connection that is never reset. */
    public static ServerFixture withoutReset(TestDatabase database) {
        return new ServerFixture(
                database,
                builder -> builder.limits(new TimeLimits(PATIENCE, PATIENCE)).reset(ResetPolicy.TRANSACTION_ONLY));
    }

    /** Settings of its own, on top of a pool of one connection. */
    public static ServerFixture with(TestDatabase database, UnaryOperator<PostgresSessions.Builder> settings) {
        return new ServerFixture(database, settings);
    }

    /** A pool that is patient with a busy machine. */
    public static PoolOptions roomyPool(int size) {
        return PoolOptions.defaults()
                .maxSize(size)
                .acquireTimeout(PATIENCE)
                .createTimeout(PATIENCE)
                .aliveWindow(PATIENCE);
    }

    /** Leaves the processor to those who are waited for, before it is asked again whether a condition holds. */
    public static void pause() {
        LockSupport.parkNanos(PAUSE_NANOS);
    }

    /** The sessions, whose connections go through the proxy. */
    public ReactiveSessions sessions() {
        return sessions;
    }

    /** The database, past the sessions and the proxy. */
    public TestDatabase database() {
        return database;
    }

    /** What is between the sessions and the server. */
    public FaultProxy proxy() {
        return proxy;
    }

    /** Leads new connections, and the oracle, to another server that has the database as well. */
    public void failOverTo(TestDatabase copy) {
        database = copy;
        proxy.target(copy.host(), copy.port());
    }

    /** What the listener heard so far, in order. */
    public List<Ended> events() {
        return heard.events;
    }

    /** The attempts that were followed by another one, as the listener heard of them, in order. */
    public List<Repeated> repeats() {
        return heard.repeats;
    }

    /** What was waited before each further attempt to get a connection, in order. */
    public List<Waited> waits() {
        return heard.waits;
    }

    /** What became of the circuit, which was closed to begin with, in order. */
    public List<BreakerState> circuit() {
        return heard.circuit;
    }

    /** What the listener heard last. */
    public Ended lastEvent() {
        return heard.events.get(heard.events.size() - 1);
    }

    /** Waits until nothing is left to be cleaned up. */
    public void quiesce() {
        sessions.quiesced().block(PATIENCE);
    }

    /** Runs SQL past the sessions. */
    public void run(String sql) {
        try (Connection oracle = database.openJdbc();
                Statement statement = oracle.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException(sql, failed);
        }
    }

    /** Reads one number past the sessions. */
    public long number(String sql) {
        try (Connection oracle = database.openJdbc();
                Statement statement = oracle.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException failed) {
            throw new IllegalStateException(sql, failed);
        }
    }

    /** Reads one text past the sessions. */
    public String text(String sql) {
        try (Connection oracle = database.openJdbc();
                Statement statement = oracle.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        } catch (SQLException failed) {
            throw new IllegalStateException(sql, failed);
        }
    }

    @Override
    public void close() {
        quiesce();
        if (sessions.poolStatus().acquired() != 0 || sessions.poolStatus().pending() != 0) {
            throw new AssertionError("left behind: " + sessions.poolStatus());
        }
        sessions.close().block(PATIENCE);
        proxy.close();
        ServerCensus census = ServerCensus.await(database, Duration.ofSeconds(10), now -> now.idleInTransaction() == 0);
        if (census.idleInTransaction() != 0) {
            throw new AssertionError("left idle in transaction: " + census);
        }
    }
}
