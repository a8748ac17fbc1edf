package org.reactivesessions.pool;

import io.r2dbc.pool.PoolMetrics;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Whether the pool lets a newcomer wait, by what became of those before. Thread-safe. */
final class Intake {

    /** {@code null} if nobody is refused for having to wait. */
    private final @Nullable LoadShedding shedding;

    private final PoolMetrics metrics;
    private final RoomToOpen room;
    private final AcquisitionErrors errors;
    private final LongSupplier nanoTime;

    /** @param target how long a wait may be, {@code null} if that is of no interest */
    Intake(
            @Nullable Duration target,
            PoolMetrics metrics,
            RoomToOpen room,
            AcquisitionErrors errors,
            LongSupplier nanoTime) {
        this.shedding = target == null ? null : new LoadShedding(target, nanoTime);
        this.metrics = metrics;
        this.room = room;
        this.errors = errors;
        this.nanoTime = nanoTime;
    }

    /** Why a newcomer is not let in, {@code null} if he is. */
    @Nullable
    Throwable refusal(String who) {
        LoadShedding load = shedding;
        if (load == null || !load.isShedding() || metrics.idleSize() > 0 || !room.isFull()) {
            return null;
        }
        int waiting = metrics.pendingAcquireSize();
        LoadShedding.Refusal refusal = load.refusal(waiting);
        return refusal == null ? null : errors.overloaded(who, refusal, load.target(), waiting);
    }

    /** The moment since which somebody waits, if that is of interest. */
    long waitsSince() {
        return shedding == null ? 0 : nanoTime.getAsLong();
    }

    /**
     * Somebody has got a connection.
     *
     * @param queued whether he had to wait
     * @param since {@link #waitsSince} of that moment
     */
    void served(boolean queued, long since) {
        LoadShedding load = shedding;
        if (load == null) {
            return;
        }
        if (queued) {
            load.served(since, metrics.pendingAcquireSize(), room.isFull());
        } else {
            load.servedAtOnce();
        }
    }

    /** How often somebody was refused. */
    long refused() {
        return shedding == null ? 0 : shedding.refused();
    }
}
