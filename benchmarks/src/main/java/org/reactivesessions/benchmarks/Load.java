package org.reactivesessions.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;

/**
 * Callers who each start a transaction as soon as their last one has ended, and the clock that stops them. For one run.
 * Thread-safe once it has begun.
 */
final class Load {

    /** How long a transaction may take before something must be wrong. */
    static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final long ENDLESS = Long.MAX_VALUE;

    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final int callers;
    private final Duration length;
    private final long most;
    private final LongAdder done = new LongAdder();
    private volatile boolean stopped;
    private volatile long cpuBefore;
    private volatile long begin;

    Load(int callers, Duration length) {
        this(callers, length, ENDLESS);
    }

    private Load(int callers, Duration length, long most) {
        this.callers = callers;
        this.length = length;
        this.most = most;
    }

    /** One that stops when so many transactions have committed, and some more by whoever is in the middle of one. */
    static Load of(int callers, long transactions) {
        return new Load(callers, PATIENCE, transactions);
    }

    /**
     * What one run gave.
     *
     * @param perSecond transactions per second
     * @param cpuMicros processor time of this JVM per transaction, in microseconds; what others do to the machine hardly
     *     touches it
     */
    record Sample(double perSecond, double cpuMicros) {}

    int callers() {
        return callers;
    }

    /** How long the run may take until its last caller has stopped. */
    Duration patience() {
        return length.plus(PATIENCE);
    }

    /** Starts the clock. */
    void begin() {
        cpuBefore = PROCESS.getProcessCpuTime();
        begin = System.nanoTime();
    }

    /** Stops the callers before their time is over: nobody begins another one. */
    void stop() {
        stopped = true;
    }

    /** A caller, who asks for the same accounts in every run. */
    Caller caller(int number) {
        return new Caller(new SplittableRandom(number));
    }

    /** How many transactions have committed. */
    long count() {
        return done.sum();
    }

    /** What the run gave. To be asked when the last caller has stopped. */
    Sample sample() {
        long elapsed = System.nanoTime() - begin;
        long cpu = PROCESS.getProcessCpuTime() - cpuBefore;
        return new Sample(count() * 1e9 / elapsed, cpu / 1e3 / count());
    }

    /** One caller. Not thread-safe: he makes one call after the other. */
    final class Caller {

        private final SplittableRandom random;

        private Caller(SplittableRandom random) {
            this.random = random;
        }

        /** The account of his next transaction. */
        int account() {
            return random.nextInt(Bench.ACCOUNTS);
        }

        /** Counts a transaction that has committed. */
        void done() {
            done.increment();
        }

        /** Whether there is time for another one. */
        boolean goesOn() {
            return !stopped && System.nanoTime() - begin < length.toNanos() && (most == ENDLESS || count() < most);
        }
    }
}
