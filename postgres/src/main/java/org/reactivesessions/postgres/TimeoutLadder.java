package org.reactivesessions.postgres;

import java.time.Duration;

/**
 * The fixed values server-side timeouts are sent as: 1, 2 or 5 × 10ⁿ ms. Few different values make few different texts, so a
 * remaining time that differs from transaction to transaction fills neither {@code pg_stat_statements} (before PostgreSQL 18)
 * nor the texts of {@link BeginTexts}. Stateless.
 */
final class TimeoutLadder {

    /** The highest rung below 2147483647 ms, which is the most PostgreSQL takes. */
    static final int TOP = 2_000_000_000;

    private TimeoutLadder() {}

    /**
     * Rounds up to the next rung.
     *
     * @param timeout a limit; one that is over, or shorter than a millisecond, is the shortest
     * @return milliseconds from 1 to {@link #TOP}; never 0, which PostgreSQL takes for no limit
     */
    static int millis(Duration timeout) {
        if (timeout.compareTo(Duration.ofMillis(TOP)) >= 0) {
            return TOP;
        }
        if (timeout.isNegative()) {
            return 1;
        }
        long wanted = timeout.plusNanos(999_999).toMillis();
        int decade = 1;
        while (5L * decade < wanted) {
            decade *= 10;
        }
        return wanted <= decade ? decade : wanted <= 2L * decade ? 2 * decade : 5 * decade;
    }
}
