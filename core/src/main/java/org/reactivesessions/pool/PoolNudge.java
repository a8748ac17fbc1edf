package org.reactivesessions.pool;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.PoolMetrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Lets the pool look again whether it may open a connection for somebody who waits, which it does only when somebody asks or
 * gives one back: asks, and leaves. Thread-safe.
 */
final class PoolNudge {

    private static final Logger log = LoggerFactory.getLogger("org.reactivesessions.pool");

    private final ConnectionPool pool;
    private final PoolMetrics metrics;

    PoolNudge(ConnectionPool pool, PoolMetrics metrics) {
        this.pool = pool;
        this.metrics = metrics;
    }

    void nudge() {
        if (metrics.pendingAcquireSize() > 0) {
            pool.create()
                    .flatMap(nobodys -> Mono.fromDirect(nobodys.close()))
                    .subscribe(nothing -> {}, error -> log.debug("Nobody was served by looking again", error))
                    .dispose();
        }
    }
}
