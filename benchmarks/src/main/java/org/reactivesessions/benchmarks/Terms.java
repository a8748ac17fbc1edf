package org.reactivesessions.benchmarks;

/** What a transaction is told beside its statements. */
public enum Terms {
    /** Nothing. */
    PLAIN,
    /** The {@link SampleSettings}. */
    SETTINGS
}
