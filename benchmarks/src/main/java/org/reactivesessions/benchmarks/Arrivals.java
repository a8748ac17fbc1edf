package org.reactivesessions.benchmarks;

import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.FailureKind;
import org.reactivesessions.error.SessionFailure;

/**
 * Callers who come whether those before them were served or not, at times that were decided before: so many a second, at random,
 * as those come who know nothing of each other. How long one takes counts from when he was to come, so that a program that is too
 * busy to let him come hides nothing. For one run.
 *
 * <p>The first fifth does not count, because pools and prepared statements are only being made then.
 */
final class Arrivals {

    /** Which part of the time does not count. */
    static final int SETTLING = 5;

    private static final int SEED = 42;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final long[] due;
    private final long[] took;
    private final int first;
    private final Duration counted;
    private final LongAdder refused = new LongAdder();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final CountDownLatch rest;

    /**
     * Plans them.
     *
     * @param perSecond how many come in a second, on average, more than none
     * @param length until the last one comes
     */
    Arrivals(double perSecond, Duration length) {
        if (!(perSecond > 0)) { // as of a contender who served nobody when he was measured
            throw new IllegalArgumentException("arrivals per second must be > 0, but were " + perSecond);
        }
        double interval = 1e9 / perSecond;
        long end = length.toNanos();
        LongStream before =
                LongStream.iterate(next(0, interval), planned -> planned < end, planned -> next(planned, interval));
        this.due = LongStream.concat(before, LongStream.of(end)).toArray();
        this.took = new long[due.length];
        Duration settling = length.dividedBy(SETTLING);
        this.counted = length.minus(settling);
        this.first = first(due, settling.toNanos());
        this.rest = new CountDownLatch(due.length);
    }

    private long next(long planned, double interval) {
        return planned + (long) (random.nextExponential() * interval);
    }

    private static int first(long[] sorted, long from) {
        int found = Arrays.binarySearch(sorted, from);
        return found < 0 ? -found - 1 : found;
    }

    /**
     * What the run gave.
     *
     * @param perSecond how many were served in a second
     * @param took how long they took from when they were to come
     * @param turnedAway the share of those who got no connection
     */
    record Result(double perSecond, Latencies took, double turnedAway) {}

    int number() {
        return due.length;
    }

    /** Lets them come, and returns when the last has gone; fails if one got another error than that there is no connection. */
    Result run(Workload workload, Contender contender) throws InterruptedException {
        long begin = System.nanoTime();
        for (int i = 0; i < due.length; i++) {
            await(begin + due[i]);
            come(i, begin + due[i], workload, contender);
        }
        if (!rest.await(Load.PATIENCE.toSeconds(), TimeUnit.SECONDS) || failure.get() != null) {
            throw new IllegalStateException(rest.getCount() + " of " + due.length + " still wait", failure.get());
        }
        long[] served = Arrays.stream(took, first, took.length)
                .filter(nanos -> nanos > 0)
                .toArray();
        return new Result(
                served.length * 1e9 / counted.toNanos(),
                new Latencies(served),
                refused.sum() / (double) (took.length - first));
    }

    private static void await(long time) {
        for (long left = time - System.nanoTime(); left > 0; left = time - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private void come(int number, long planned, Workload workload, Contender contender) {
        contender.start(
                workload,
                random.nextInt(Bench.ACCOUNTS),
                ended -> ended.ifPresentOrElse(error -> failed(number, error), () -> {
                    took[number] = System.nanoTime() - planned;
                    rest.countDown();
                }));
    }

    private void failed(int number, Throwable error) {
        if (!(error instanceof SessionFailure known) || known.kind() != FailureKind.SATURATED) {
            failure.set(error);
        } else if (number >= first) {
            refused.increment();
        }
        rest.countDown();
    }
}
