package org.reactivesessions.benchmarks;

import java.util.Arrays;
import java.util.Locale;

/** How long each of many calls took. Immutable. */
final class Latencies {

    private static final double NANOS_PER_MILLI = 1e6;

    private final long[] sorted;

    /**
     * Sorts a copy.
     *
     * @param nanos one time per call, in nanoseconds
     * @throws IllegalArgumentException if there is none
     */
    Latencies(long... nanos) {
        if (nanos.length == 0) {
            throw new IllegalArgumentException("latencies need at least one sample, but there were 0");
        }
        this.sorted = nanos.clone();
        Arrays.sort(sorted);
    }

    /**
     * The time that this share of the calls did not exceed, by nearest rank.
     *
     * @param share more than 0, at most 1
     * @return milliseconds
     */
    double millis(double share) {
        int rank = (int) Math.ceil(share * sorted.length);
        return sorted[rank - 1] / NANOS_PER_MILLI;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "median %.3f   p99 %.3f   p99.9 %.3f   max %.3f ms   %,d samples",
                millis(0.5),
                millis(0.99),
                millis(0.999),
                millis(1),
                sorted.length);
    }
}
