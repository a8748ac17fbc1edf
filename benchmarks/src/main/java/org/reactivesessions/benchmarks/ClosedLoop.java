package org.reactivesessions.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Callers who each start a transaction as soon as their last one has ended.
 *
 * @param callers how many there are
 * @param length how long they go on
 */
record ClosedLoop(int callers, Duration length) {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    /**
     * What one run gave.
     *
     * @param perSecond transactions per second
     * @param cpuMicros processor time of this JVM per transaction, in microseconds; what others do to the machine hardly
     *     touches it
     */
    record Sample(double perSecond, double cpuMicros) {}

    /** Runs a workload; fails if one transaction fails. */
    Sample run(Workload workload, Contender contender) {
        LongAdder done = new LongAdder();
        long cpuBefore = PROCESS.getProcessCpuTime();
        long begin = System.nanoTime();
        long end = begin + length.toNanos();
        Flux.range(0, callers)
                .flatMap(caller -> caller(new SplittableRandom(caller), workload, contender, done, end), callers)
                .then()
                .block(length.plus(PATIENCE));
        long elapsed = System.nanoTime() - begin;
        long cpu = PROCESS.getProcessCpuTime() - cpuBefore;
        return new Sample(done.sum() * 1e9 / elapsed, cpu / 1e3 / done.sum());
    }

    private static Mono<Void> caller(
            SplittableRandom random, Workload workload, Contender contender, LongAdder done, long end) {
        return Mono.defer(() -> workload.on(contender, random.nextInt(Bench.ACCOUNTS)))
                .doOnSuccess(value -> done.increment())
                .repeat(() -> System.nanoTime() - end < 0)
                .then();
    }
}
