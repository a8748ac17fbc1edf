package org.reactivesessions.benchmarks;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.testkit.server.TestServers;

/**
 * Tables to measure on, and perhaps a longer way to them. Within a program that has opened tables for all its suites, they are
 * these; a JVM that was forked makes its own. Not thread-safe.
 */
final class Ground implements AutoCloseable {

    private static final AtomicReference<@Nullable Bench> SHARED = new AtomicReference<>();

    private final Bench bench;
    private final boolean own;
    private @Nullable Way way;

    private Ground(Bench bench, boolean own) {
        this.bench = bench;
        this.own = own;
    }

    /**
     * Lets every ground of this JVM be on these tables.
     *
     * @return ends that; the tables stay
     */
    static Runnable share(Bench bench) {
        if (!SHARED.compareAndSet(null, bench)) {
            throw new IllegalStateException("tables are shared already");
        }
        return () -> SHARED.set(null);
    }

    /** Tables as they were made. */
    static Ground tidy() throws SQLException {
        Bench shared = SHARED.get();
        if (shared == null) {
            return new Ground(Bench.on(TestServers.current().freshDatabase()), true);
        }
        shared.tidy();
        return new Ground(shared, false);
    }

    Bench bench() {
        return bench;
    }

    /** The way through a proxy that delays everything by so much each way. */
    Endpoint through(Duration oneWay) {
        Way opened = Way.delayed(bench.direct(), oneWay);
        way = opened;
        return opened.endpoint();
    }

    @Override
    public void close() {
        if (way != null) {
            way.close();
        }
        if (own) {
            bench.close();
        }
    }
}
