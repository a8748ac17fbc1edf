package org.reactivesessions.orders.live;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How long requests took, in boxes of which each is a twentieth wider than the one before, so that a percentile is right to five in
 * a hundred. Thread-safe; costs whoever records one addition.
 */
final class Latencies {

    private static final double WIDER = Math.log(1.05);
    private static final long SMALLEST_NANOS = 10_000;
    /** Up to 60 s. */
    private static final int BOXES = 322;

    private final AtomicLongArray counts = new AtomicLongArray(BOXES);

    /**
     * Percentiles of those that were recorded since the last look. Immutable.
     *
     * @param count how many there were
     * @param p50 in milliseconds; 0 if there was none
     * @param p99 in milliseconds; 0 if there was none
     */
    record Percentiles(long count, double p50, double p99) {}

    void record(long nanos) {
        counts.incrementAndGet(box(nanos));
    }

    private static int box(long nanos) {
        int box = nanos <= SMALLEST_NANOS ? 0 : (int) (Math.log((double) nanos / SMALLEST_NANOS) / WIDER);
        return Math.min(box, BOXES - 1);
    }

    /** Looks, and begins anew. */
    Percentiles drain() {
        long[] drained = new long[BOXES];
        long count = 0;
        for (int box = 0; box < BOXES; box++) {
            drained[box] = counts.getAndSet(box, 0);
            count += drained[box];
        }
        return new Percentiles(count, at(drained, count, 0.50), at(drained, count, 0.99));
    }

    private static double at(long[] drained, long count, double share) {
        if (count == 0) {
            return 0;
        }
        long wanted = (long) Math.ceil(count * share);
        int box = -1;
        for (long seen = 0; seen < wanted; ) {
            seen += drained[++box];
        }
        return SMALLEST_NANOS * Math.exp((box + 0.5) * WIDER) / 1e6;
    }
}
