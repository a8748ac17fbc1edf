package org.reactivesessions.benchmarks;

import java.util.List;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.postgres.PostgresSessions;

/**
 * A size to measure.
 *
 * @param core connections that are kept
 * @param overflow how many more there may be
 * @param pooled whether they end at a PgBouncer in transaction mode
 */
record Tier(int core, int overflow, boolean pooled) {

    static final List<Tier> ALL = List.of(new Tier(5, 10, false), new Tier(10, 20, false), new Tier(20, 30, true));

    /** The most connections of one instance, without the one for its health. */
    int most() {
        return core + overflow;
    }

    /** Everything but the size is as it comes, so that waiters are bounded as they are for everybody. */
    PostgresSessions.Builder applyTo(PostgresSessions.Builder builder) {
        PoolOptions defaults = PoolOptions.defaults();
        // One has to be opened in time also on a machine that this program keeps busy.
        builder.pool(defaults.size(core, overflow).createTimeout(defaults.acquireTimeout()))
                .healthTimeout(Load.PATIENCE);
        return pooled ? builder.pgBouncer() : builder;
    }

    @Override
    public String toString() {
        return core + "+" + overflow + (pooled ? ", PgBouncer" : "");
    }
}
