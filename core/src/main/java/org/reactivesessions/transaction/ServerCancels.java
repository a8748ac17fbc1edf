package org.reactivesessions.transaction;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.pool.Lease;
import reactor.core.scheduler.Scheduler;

/** Makes what cancels on the server, for the connections of one pool, which share a budget. Thread-safe. */
final class ServerCancels {

    /** One that has no end by half of the limit for undoing would have none by the whole of it. */
    private static final int REQUESTS_IN_LIMIT = 2;

    private final Duration grace;
    private final Duration limit;
    private final CancelBudget budget;
    private final Scheduler timer;
    private final LongSupplier nanoTime;

    private ServerCancels(TimeLimits limits, Scheduler timer, LongSupplier nanoTime) {
        this.grace = limits.serverCancel().grace();
        this.limit = limits.control().dividedBy(REQUESTS_IN_LIMIT);
        this.budget = new CancelBudget(limits.serverCancel(), nanoTime);
        this.timer = timer;
        this.nanoTime = nanoTime;
    }

    /** What the limits say; {@code null} if nothing is to be cancelled. */
    static @Nullable ServerCancels of(TimeLimits limits, Scheduler timer, LongSupplier nanoTime) {
        return limits.serverCancel().enabled() ? new ServerCancels(limits, timer, nanoTime) : null;
    }

    ServerCancel on(Lease lease, Dialect dialect) {
        return new ServerCancel(lease, dialect, grace, limit, budget, new Deadline(timer, nanoTime));
    }
}
