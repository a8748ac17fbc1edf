package org.reactivesessions.postgres.cancelrun;

import java.time.Duration;
import java.util.Map;

/**
 * What one part of the run has shown.
 *
 * @param name what the traffic went to
 * @param transactions how many transactions were cancelled, or not, by the clock
 * @param aimed how many further transactions were cancelled just after a phase had begun
 * @param cancelled how many of all of them were cancelled before they had ended
 * @param byTheClock how many cancels by the clock hit which phase, where that is known
 * @param byAim the same for the aimed cancels
 * @param stalled whether it came to a standstill
 * @param findings what must not happen
 * @param took how long all of them took
 */
record PartResult(
        String name,
        int transactions,
        int aimed,
        long cancelled,
        Map<CancelPhase, Long> byTheClock,
        Map<CancelPhase, Long> byAim,
        boolean stalled,
        Findings findings,
        Duration took) {

    /** All transactions, aimed or not. */
    long total() {
        return (long) transactions + aimed;
    }

    long perSecond() {
        return total() * 1_000L / Math.max(1, took.toMillis());
    }
}
