package org.reactivesessions.benchmarks;

import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.reactivesessions.benchmarks.SteadyCallers.Progress;

/**
 * How many transactions per second do callers get who go on all the time? They begin before the warm-up and stop behind the last
 * iteration; an iteration looks how far they come meanwhile.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public abstract class SteadyBenchmark {

    /** How long one look takes. */
    private static final long LOOK_NANOS = 5_000_000;

    private static final double NANOS_PER_MICRO = 1e3;

    private @Nullable Ground ground;
    private @Nullable Contender running;
    private @Nullable SteadyCallers steady;

    /** For subclasses. */
    protected SteadyBenchmark() {}

    /** What is counted; JMH tells it per second. */
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    @State(Scope.Thread)
    public static class Counted {

        /** Transactions that have committed. */
        public double committed;

        /** Microseconds of processor time. */
        public double cpu;

        /** Made by JMH. */
        public Counted() {}
    }

    abstract Contender open(Ground on);

    abstract Workload transaction();

    abstract int number();

    /** Makes the tables and the pool, and lets the callers begin. Who is not going yet cannot be looked at. */
    @Setup
    public void open() throws SQLException {
        Ground made = Ground.tidy();
        ground = made;
        Contender opened = open(made);
        running = opened;
        SteadyCallers begun = SteadyCallers.of(opened, transaction(), number());
        steady = begun;
        begun.awaitGoing();
    }

    /** Stops the callers and closes everything. */
    @TearDown
    public void close() {
        try {
            if (steady != null) {
                steady.close();
            }
        } finally {
            if (running != null) {
                running.close();
            }
            if (ground != null) {
                ground.close();
            }
        }
    }

    /**
     * Looks how far they come within a moment.
     *
     * @param counted adds it up
     */
    @Benchmark
    public void look(Counted counted) {
        SteadyCallers callers = Objects.requireNonNull(steady);
        Progress before = callers.progress();
        LockSupport.parkNanos(LOOK_NANOS);
        Progress after = callers.progress();
        counted.committed += after.committed() - before.committed();
        counted.cpu += (after.cpuNanos() - before.cpuNanos()) / NANOS_PER_MICRO;
    }
}
