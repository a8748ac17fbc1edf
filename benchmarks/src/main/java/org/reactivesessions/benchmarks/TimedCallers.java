package org.reactivesessions.benchmarks;

import java.time.Duration;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import reactor.core.publisher.Mono;

/**
 * Callers who each start a transaction as soon as their last one has ended, each of which is timed. For one run. Thread-safe.
 *
 * <p>Everything counts that ends after the warm-up, also when the time is over: to count only what begins and ends within it
 * would leave out the longest.
 */
final class TimedCallers {

    private final int callers;
    private final long warmUp;
    private final long length;
    private final Queue<Long> took = new ConcurrentLinkedQueue<>();
    private volatile long begin;

    TimedCallers(int callers, Duration warmUp, Duration length) {
        this.callers = callers;
        this.warmUp = warmUp.toNanos();
        this.length = length.toNanos();
    }

    /**
     * What one run gave.
     *
     * @param perSecond transactions per second
     * @param took how long they took
     */
    record Result(double perSecond, Latencies took) {}

    /** Lets them go on, and returns when the last one has stopped; fails if one transaction fails. */
    Result run(Workload workload, ReactiveContender contender) throws InterruptedException {
        WaitingLine line = new WaitingLine(callers); // flatMap looks at all of them whenever one has ended
        begin = System.nanoTime();
        for (int number = 0; number < callers; number++) {
            line.join(goOn(workload, contender, new SplittableRandom(number)));
        }
        line.awaitEnd(Duration.ofNanos(warmUp + length).plus(Load.PATIENCE));
        long elapsed = System.nanoTime() - begin - warmUp;
        return new Result(
                took.size() * 1e9 / elapsed,
                new Latencies(took.stream().mapToLong(Long::longValue).toArray()));
    }

    private Mono<Void> goOn(Workload workload, ReactiveContender contender, SplittableRandom random) {
        return Mono.defer(() -> {
                    long start = System.nanoTime();
                    return workload.of(contender, random.nextInt(Bench.ACCOUNTS))
                            .doOnSuccess(value -> ended(start));
                })
                .repeat(() -> System.nanoTime() - begin < warmUp + length)
                .then();
    }

    private void ended(long start) {
        long now = System.nanoTime();
        if (now - begin >= warmUp) {
            took.add(now - start);
        }
    }
}
