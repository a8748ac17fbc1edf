package org.reactivesessions.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Callers who go on beside whoever looks how far they have come, so that neither their beginning nor their end is in a figure.
 * Does not own the contender. Thread-safe.
 */
final class SteadyCallers implements AutoCloseable {

    /** Longer than anybody looks. */
    private static final Duration LONGEST = Duration.ofHours(1);

    private static final int FEW = 4;

    private static final long POLL_NANOS = 1_000_000;

    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final Load load;
    private final Thread thread;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    private SteadyCallers(Contender contender, Workload workload, int callers) {
        this.load = new Load(callers, LONGEST);
        this.thread = new Thread(
                () -> {
                    try {
                        contender.run(workload, load);
                    } catch (RuntimeException failed) {
                        failure.set(failed);
                    }
                },
                "callers");
        thread.setDaemon(true);
    }

    /** Lets them begin. */
    static SteadyCallers of(Contender contender, Workload workload, int callers) {
        SteadyCallers steady = new SteadyCallers(contender, workload, callers);
        steady.thread.start();
        return steady;
    }

    /**
     * Waits until a few transactions have committed for each connection, so that these are open and statements prepared.
     *
     * @throws IllegalStateException if they have stopped, or do not come so far
     */
    void awaitGoing() {
        long begin = System.nanoTime();
        while (progress().committed() < FEW * Contender.POOL) {
            if (System.nanoTime() - begin > Load.PATIENCE.toNanos()) {
                throw new IllegalStateException("the callers have committed only "
                        + progress().committed() + " transactions within " + Load.PATIENCE);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /**
     * How far they have come.
     *
     * @param committed transactions
     * @param cpuNanos processor time of this JVM
     */
    record Progress(long committed, long cpuNanos) {}

    /**
     * Looks.
     *
     * @throws IllegalStateException if they have stopped because a transaction failed
     */
    Progress progress() {
        Throwable failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException("the callers have stopped: " + failed.getMessage(), failed);
        }
        return new Progress(load.count(), PROCESS.getProcessCpuTime());
    }

    /** Stops them, and returns when the last has ended. */
    @Override
    public void close() {
        load.stop();
        try {
            thread.join(Load.PATIENCE.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        progress();
        if (thread.isAlive()) {
            throw new IllegalStateException("the callers have not stopped within " + Load.PATIENCE);
        }
    }
}
