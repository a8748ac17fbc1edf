package org.reactivesessions.postgres.cancelrun;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.pool.PoolMetrics;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A contestant on a plain r2dbc-pool, which says nothing about the end of clean-up, so that it has to be polled. */
abstract class PooledContestant implements Contestant {

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final ConnectionPool pool;
    private final PoolMetrics metrics;

    PooledContestant(Connections connections) {
        pool = new ConnectionPool(ConnectionPoolConfiguration.builder(connections)
                .initialSize(0)
                .maxSize(Traffic.POOL)
                .build());
        metrics = pool.getMetrics().orElseThrow();
    }

    final ConnectionPool pool() {
        return pool;
    }

    @Override
    public final boolean settle(Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (acquired() + pending() > 0) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return true;
    }

    @Override
    public final int acquired() {
        return metrics.acquiredSize();
    }

    @Override
    public final int pending() {
        return metrics.pendingAcquireSize();
    }

    @Override
    public final boolean tellsOutcomes() {
        return false;
    }

    @Override
    public final void close() {
        pool.dispose();
    }
}
