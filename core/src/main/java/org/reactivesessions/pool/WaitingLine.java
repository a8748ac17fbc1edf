package org.reactivesessions.pool;

import io.r2dbc.pool.PoolMetrics;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Who waits in the pool's queue, in about its order; kept only where connections are handed over. Thread-safe. */
final class WaitingLine {

    private final boolean kept;
    private final int maxSize;
    private final PoolMetrics metrics;
    private final Queue<Acquisition> waiting = new ConcurrentLinkedQueue<>();

    /**
     * @param kept whether connections are handed over
     * @param maxSize how many there may be
     */
    WaitingLine(boolean kept, int maxSize, PoolMetrics metrics) {
        this.kept = kept;
        this.maxSize = maxSize;
        this.metrics = metrics;
    }

    void join(Acquisition acquisition) {
        if (kept) {
            waiting.add(acquisition);
        }
    }

    void leave(Acquisition acquisition) {
        waiting.remove(acquisition);
    }

    /**
     * Who has waited longest, taken out of every queue, if he takes over a connection that is not answered. Who does not is
     * not overtaken either. Nobody, unless every connection there may be is in use: otherwise one is idle, or being opened
     * for whoever waits.
     */
    @Nullable
    Acquisition longestWaiting() {
        if (metrics.acquiredSize() < maxSize) {
            return null;
        }
        for (Acquisition first = waiting.peek(); first != null; first = waiting.peek()) {
            if (first.isPending() && !first.takesOver()) {
                return null;
            }
            if (waiting.remove(first) && first.claim()) {
                return first;
            }
        }
        return null;
    }

    /** How many wait for a connection that is handed over, or are about to be taken off. */
    int length() {
        return waiting.size();
    }
}
