package org.reactivesessions.benchmarks.report;

/** Which way a figure is better. */
enum Better {
    /** As throughput is. */
    HIGHER,
    /** As times and bytes are. */
    LOWER;

    private static final double CLEAR = 0.05;

    /** Whether a ratio of ours to theirs says that they are better, by more than a twentieth. */
    boolean isTheirs(double ratio) {
        return this == HIGHER ? ratio < 1 - CLEAR : ratio > 1 + CLEAR;
    }

    /** What a reader has to know of a ratio. */
    String hint() {
        return this == HIGHER ? "above 1 is better" : "below 1 is better";
    }
}
