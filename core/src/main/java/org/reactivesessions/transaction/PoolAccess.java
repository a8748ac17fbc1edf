package org.reactivesessions.transaction;

import java.util.function.LongSupplier;
import org.reactivesessions.pool.ConnectionSource;
import org.reactivesessions.resilience.AcquisitionPolicy;
import org.reactivesessions.wire.Patience;
import reactor.core.scheduler.Scheduler;

/**
 * What it takes to get a connection of one's own. Thread-safe.
 *
 * @param source where they come from
 * @param policy when the database may be asked
 * @param patience how long a statement on them waits behind rows
 * @param sqlLog is written what is sent on them
 * @param holders who holds one already and waits for another
 * @param timer runs what waits
 * @param nanoTime a monotonic clock in nanoseconds
 */
record PoolAccess(
        ConnectionSource source,
        AcquisitionPolicy policy,
        Patience patience,
        SqlLog sqlLog,
        Holders holders,
        Scheduler timer,
        LongSupplier nanoTime) {

    /** The same under another policy. */
    PoolAccess with(AcquisitionPolicy another) {
        return new PoolAccess(source, another, patience, sqlLog, holders, timer, nanoTime);
    }
}
