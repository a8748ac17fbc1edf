package org.reactivesessions.orders.evidence;

import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Tries rates on a service until its capacity is found. Immutable.
 *
 * @param callers who ask it
 * @param trial for how long each rate is tried
 * @param seed of the moments they ask at
 */
record Search(Callers callers, Duration trial, long seed) {

    /**
     * Looks for it.
     *
     * @param begin the rate that is tried first
     * @param told of every rate that was tried
     * @return the last rate with which the service kept up
     */
    double from(double begin, Consumer<String> told) {
        return Capacity.from(begin, rate -> keepsUp(rate, told));
    }

    private boolean keepsUp(double rate, Consumer<String> told) {
        Answered answered = callers.atRate(rate, trial, seed);
        boolean keptUp = answered.keptUp();
        told.accept(String.format(
                Locale.ROOT,
                "%,.0f asked in a second: %,.0f done, %,d failed, backlog %.0f then %.0f, p99 %.2f ms: %s",
                answered.asked(),
                answered.perSecond(),
                answered.failed(),
                answered.backlog(1),
                answered.backlog(2),
                answered.millis(0.99),
                keptUp ? "kept up" : "did not keep up"));
        return keptUp;
    }
}
