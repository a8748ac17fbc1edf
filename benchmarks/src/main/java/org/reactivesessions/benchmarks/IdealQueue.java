package org.reactivesessions.benchmarks;

import java.time.Duration;
import org.reactivesessions.pool.PoolOptions;

/**
 * How long callers wait who share a few connections, to the ideal queue: if a pool serves so many a second, each of n callers
 * waits for n divided by that, no less if it is fair and no more if queueing costs nothing. Immutable.
 *
 * @param callers who wait
 * @param length of a round
 * @param warmUp before it
 */
record IdealQueue(int callers, Duration length, Duration warmUp) {

    /** Enough for every connection to be busy, and few enough to wait hardly at all. */
    private static final int CAPACITY_CALLERS = 64;

    private static final int MOST_WAITING = 20_000;

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

    private static final double P99 = 0.99;

    /** A pool in which they may all wait, for as long as it takes. */
    static PoolOptions patient() {
        return PoolOptions.defaults()
                .maxSize(Contender.POOL)
                .maxPending(MOST_WAITING)
                .acquireTimeout(LONGEST_WAIT)
                .createTimeout(Load.PATIENCE);
    }

    /** Lets all of them wait once, and nobody count. */
    void warmUp(ReactiveContender contender) throws InterruptedException {
        new TimedCallers(callers, Duration.ZERO, warmUp).run(Workload.READ1, contender);
    }

    /** The 99th percentile of one round. Capacity before and after, because a machine that others use does not stay the same. */
    double p99(ReactiveContender contender) throws InterruptedException {
        double before = capacity(contender);
        Latencies took = new TimedCallers(callers, warmUp, length)
                .run(Workload.READ1, contender)
                .took();
        double capacity = (before + capacity(contender)) / 2;
        return took.millis(P99) / (1_000 * callers / capacity);
    }

    private double capacity(ReactiveContender contender) throws InterruptedException {
        return new TimedCallers(CAPACITY_CALLERS, warmUp.dividedBy(4), length.dividedBy(4))
                .run(Workload.READ1, contender)
                .perSecond();
    }
}
