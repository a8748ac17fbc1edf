package org.reactivesessions.testkit.leak;

import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.reactivesessions.testkit.server.ServerCensus;
import org.reactivesessions.testkit.server.ServerLeftovers;
import org.reactivesessions.testkit.server.TestDatabase;

/**
 * A check that nothing was left behind: in pools, in the hands of whoever acquired, on the server, by Reactor, by Netty.
 *
 * <pre>{@code
 * LeakCheck leaks = LeakCheck.create().database(database);
 * ConnectionFactory factory = leaks.watch(pool);
 * leaks.pool("app", WatchedPool.of(metrics::acquiredSize, metrics::pendingAcquireSize));
 * … // the test works with factory
 * leaks.check();
 * }</pre>
 *
 * <p>Clean-up of reactive code goes on behind the subscriber's back, so {@link #check} asks again until nothing is left, for as long
 * as {@link #within} says. With {@link CheckLeaks}, JUnit makes one for every test and calls it afterwards.
 *
 * <p><b>Ownership:</b> closes nothing. <b>Threads:</b> thread-safe; {@link #check} blocks its caller.
 *
 * @since 0.1.0
 */
public final class LeakCheck {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long PAUSE_NANOS = 2_000_000;

    private final Map<String, WatchedPool> pools = new LinkedHashMap<>(); // guarded by itself
    private final List<TestDatabase> databases = new CopyOnWriteArrayList<>();
    private final DroppedSignals dropped = DroppedSignals.fromNow();
    private final OpenConnections open = new OpenConnections();
    private volatile Duration patience = PATIENCE;
    private volatile boolean dropsExpected;

    private LeakCheck() {}

    /**
     * A check that looks at nothing but signals dropped from now on.
     *
     * @return a new check
     */
    public static LeakCheck create() {
        return new LeakCheck();
    }

    /**
     * Looks at what is left on the server, see {@link ServerLeftovers}; and at channels, if the connections are {@link #watch watched}.
     *
     * @param database the database whose sessions are looked at
     * @return this check
     */
    public LeakCheck database(TestDatabase database) {
        databases.add(Objects.requireNonNull(database, "database must not be null"));
        return this;
    }

    /**
     * Looks at a pool: nothing acquired, nobody waiting.
     *
     * @param name of the pool, for the message
     * @param pool what is asked
     * @return this check
     * @throws IllegalArgumentException if another pool has that name
     */
    public LeakCheck pool(String name, WatchedPool pool) {
        synchronized (pools) {
            if (pools.putIfAbsent(name, Objects.requireNonNull(pool, "pool must not be null")) != null) {
                throw new IllegalArgumentException(
                        "a pool named \"" + name + "\" is looked at already; give each a name of its own");
            }
        }
        return this;
    }

    /**
     * Watches who acquires connections. In front of a pool it finds the connection that was not given back, and a session that was
     * given back although it listens on a channel or holds an advisory lock; in front of a driver, the connection that was not closed. After a statement
     * with LISTEN or an advisory lock, closing costs one query more.
     *
     * @param factory what hands out connections
     * @return a factory to be used in its place; its connections have the interfaces of the driver's
     */
    public ConnectionFactory watch(ConnectionFactory factory) {
        return new WatchedConnections(Objects.requireNonNull(factory, "factory must not be null"), open);
    }

    /**
     * Sets how long clean-up may take.
     *
     * @param limit more than zero; default 5 s
     * @return this check
     * @throws IllegalArgumentException if {@code limit} is not more than zero
     */
    public LeakCheck within(Duration limit) {
        if (limit.isZero() || limit.isNegative()) {
            throw new IllegalArgumentException("within must be > 0, but was " + limit);
        }
        patience = limit;
        return this;
    }

    /**
     * Bears dropped signals, for a test that makes somebody drop them.
     *
     * @return this check
     */
    public LeakCheck expectDrops() {
        dropsExpected = true;
        return this;
    }

    /**
     * Waits until nothing is left, and fails if that does not come to be in time.
     *
     * @throws AssertionError if something is left; the message has all of it, with the stack that acquired each open connection
     * @throws IllegalStateException if the server cannot be asked
     */
    public void check() {
        long start = System.nanoTime();
        List<String> left = look();
        while (!left.isEmpty() && System.nanoTime() - start < patience.toNanos()) {
            LockSupport.parkNanos(PAUSE_NANOS);
            left = look();
        }
        List<String> all = new ArrayList<>(left);
        if (!dropsExpected) {
            dropped.seen().forEach(signal -> all.add("Reactor dropped a signal: " + signal));
        }
        if (!all.isEmpty()) {
            throw new AssertionError(
                    "left behind after " + patience.toMillis() + " ms:\n  - " + String.join("\n  - ", all));
        }
    }

    private List<String> look() {
        List<String> found = new ArrayList<>();
        synchronized (pools) {
            pools.forEach((name, pool) -> look(name, pool, found));
        }
        Set<Integer> backends = new HashSet<>();
        for (TestDatabase database : databases) {
            found.addAll(ServerLeftovers.of(database));
            if (open.leftSomething()) {
                backends.addAll(ServerCensus.of(database).backends());
            }
        }
        found.addAll(open.leaks(backends));
        return found;
    }

    private static void look(String name, WatchedPool pool, List<String> found) {
        int acquired = pool.acquired();
        int pending = pool.pending();
        if (acquired != 0 || pending != 0) {
            String holders = pool.holders();
            found.add("pool \"" + name + "\": " + acquired + " acquired, " + pending + " pending"
                    + (holders.isEmpty() ? "" : "; " + holders));
        }
    }
}
