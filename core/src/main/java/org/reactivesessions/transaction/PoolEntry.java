package org.reactivesessions.transaction;

import java.time.Duration;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.pool.Acquisition;
import org.reactivesessions.pool.ConnectionSource;
import org.reactivesessions.pool.Lease;
import org.reactivesessions.wire.Patience;
import org.reactivesessions.wire.StatementGate;

/** A connection of one's own, from the pool. Thread-safe. */
final class PoolEntry implements Entry, Acquisition.Receiver {

    private final Receiver receiver;
    private final ConnectionSource source;
    private final Acquisition acquisition;
    private final BiFunction<Lease, StatementGate, HeldConnection> use;
    private final Patience patience;
    private final @Nullable Holders queue;
    private final String who;

    /**
     * @param use what the connection is to be used as
     * @param queue where holders of another connection wait, or {@code null} if this one holds none
     */
    PoolEntry(
            Receiver receiver,
            ConnectionSource source,
            BiFunction<Lease, StatementGate, HeldConnection> use,
            Patience patience,
            @Nullable Holders queue,
            String who) {
        this.receiver = receiver;
        this.source = source;
        this.acquisition = source.acquisition(this, who);
        this.use = use;
        this.patience = patience;
        this.queue = queue;
        this.who = who;
    }

    @Override
    public void start() {
        if (queue == null || queue.enter()) {
            acquisition.start();
        } else if (acquisition.cancel()) {
            receiver.failed(new DatabaseUnavailableException(
                    who
                            + ": no second connection for a transaction inside another scope: every connection of the pool (max "
                            + queue.maxSize()
                            + ") could be held by somebody who waits for one, for ever. Raise maxSize,"
                            + " or use NESTED or REQUIRED.",
                    null));
        }
    }

    private void leaveQueue() {
        if (queue != null) {
            queue.leave();
        }
    }

    @Override
    public void delivered(Lease lease) {
        leaveQueue();
        receiver.delivered(use.apply(lease, new StatementGate(lease.executor(), receiver::end, patience)));
    }

    @Override
    public void failed(Throwable error) {
        leaveQueue();
        receiver.failed(error);
    }

    @Override
    public boolean isPending() {
        return acquisition.isPending();
    }

    @Override
    public boolean cancel() {
        if (!acquisition.cancel()) {
            return false;
        }
        leaveQueue();
        return true;
    }

    @Override
    public void expire() {
        acquisition.expire();
    }

    @Override
    public Duration limit() {
        return source.acquireTimeout();
    }
}
