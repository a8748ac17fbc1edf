package org.reactivesessions.transaction;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.pool.Lease;
import reactor.core.scheduler.Scheduler;

/** Makes what cancels on the server, for the connections of one pool, which share a budget. Thread-safe. */
final class ServerCancels {

    private final ServerCancelOptions options;
    private final CancelBudget budget;
    private final Scheduler timer;
    private final LongSupplier nanoTime;

    private ServerCancels(ServerCancelOptions options, Scheduler timer, LongSupplier nanoTime) {
        this.options = options;
        this.budget = new CancelBudget(options, nanoTime);
        this.timer = timer;
        this.nanoTime = nanoTime;
    }

    /** What the options say; {@code null} if nothing is to be cancelled. */
    static @Nullable ServerCancels of(ServerCancelOptions options, Scheduler timer, LongSupplier nanoTime) {
        return options.enabled() ? new ServerCancels(options, timer, nanoTime) : null;
    }

    ServerCancel on(Lease lease, Dialect dialect) {
        return new ServerCancel(lease, dialect, options.grace(), budget, new Deadline(timer, nanoTime));
    }
}
