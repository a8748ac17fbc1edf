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
 * @param events hears what is done on them
 * @param holders who holds one already and waits for another
 * @param forCallers whether it is for callers, who may be refused for having to wait too long
 * @param timer runs what waits
 * @param nanoTime a monotonic clock in nanoseconds
 */
record PoolAccess(
        ConnectionSource source,
        AcquisitionPolicy policy,
        Patience patience,
        GateEvents events,
        Holders holders,
        boolean forCallers,
        Scheduler timer,
        LongSupplier nanoTime) {

    /** The same for work of the sessions' own, under another policy. */
    PoolAccess own(AcquisitionPolicy another) {
        return new PoolAccess(source, another, patience, events, holders, false, timer, nanoTime);
    }
}
