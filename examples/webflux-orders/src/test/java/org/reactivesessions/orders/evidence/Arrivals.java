package org.reactivesessions.orders.evidence;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import reactor.core.publisher.Flux;

/**
 * Moments at which requests are due, as if each came from somebody who knows nothing of the others: the gaps between them are
 * exponential, so that several come at once now and then. Immutable; the same seed makes the same moments.
 */
final class Arrivals {

    private final long[] dueNanos;

    /**
     * @param perSecond on average
     * @param time within which they are due
     */
    Arrivals(double perSecond, Duration time, long seed) {
        Random random = new Random(seed);
        double meanNanos = 1e9 / perSecond;
        LongStream.Builder moments = LongStream.builder();
        for (double at = gap(random, meanNanos); at < time.toNanos(); at += gap(random, meanNanos)) {
            moments.add((long) at);
        }
        dueNanos = moments.build().toArray();
    }

    private static double gap(Random random, double meanNanos) {
        return -Math.log(1 - random.nextDouble()) * meanNanos;
    }

    /** From the beginning on, in order. */
    long[] dueNanos() {
        return dueNanos.clone();
    }

    /**
     * Gives each out when it is due, from a thread of its own; whoever it gives them to does not hold up the next by answering late.
     *
     * @param begin in the time of {@link System#nanoTime()}
     * @return to be subscribed to once, with unlimited demand
     */
    Flux<Long> from(long begin) {
        return Flux.create(due -> {
            Thread clock = new Thread(
                    () -> {
                        for (long nanos : dueNanos) {
                            await(begin + nanos);
                            due.next(nanos);
                        }
                        due.complete();
                    },
                    "arrivals");
            clock.setDaemon(true);
            clock.start();
        });
    }

    private static void await(long moment) {
        for (long left = moment - System.nanoTime(); left > 0; left = moment - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
