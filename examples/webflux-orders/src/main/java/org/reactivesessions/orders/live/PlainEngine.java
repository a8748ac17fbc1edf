package org.reactivesessions.orders.live;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.PoolMetrics;
import java.util.List;
import org.reactivesessions.orders.ledger.CountedLedger;

/** Spring's own transactions on r2dbc-pool: nobody knows of more than what callers were told. Thread-safe. */
final class PlainEngine implements Engine {

    private final CountedLedger ledger;
    private final PoolMetrics pool;

    PlainEngine(CountedLedger ledger, ConnectionPool pool) {
        this.ledger = ledger;
        this.pool = pool.getMetrics()
                .orElseThrow(() -> new IllegalStateException("the pool of the service has no metrics"));
    }

    @Override
    public String name() {
        return "plain";
    }

    @Override
    public Outcomes outcomes() {
        return new Outcomes(ledger.succeeded(), ledger.failed(), null, null, ledger.left(), null);
    }

    @Override
    public Pool pool() {
        return new Pool(pool.acquiredSize(), pool.idleSize(), pool.pendingAcquireSize(), pool.getMaxAllocatedSize());
    }

    @Override
    public List<AtWork> atWork() {
        return List.of();
    }
}
