package org.reactivesessions.benchmarks;

import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** How long does one transaction take for a single caller who waits for it, on loopback? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class TransactionOverhead {

    /** Who runs the transaction. */
    @Param({"ours", "ours-unguarded", "byhand", "spring", "vertx", "jdbc"})
    public String contender = "ours";

    /** What it does. */
    @Param({"READ1", "WRITE3"})
    public Workload workload = Workload.READ1;

    /** What it is told. */
    @Param({"PLAIN", "SETTINGS"})
    public Terms terms = Terms.PLAIN;

    private @Nullable Ground ground;
    private @Nullable Contender running;

    /** Made by JMH. */
    public TransactionOverhead() {}

    /** Makes the tables and the pool. */
    @Setup
    public void open() throws SQLException {
        Ground made = Ground.tidy();
        ground = made;
        running = Entrant.named(contender).open(made.bench().direct(), terms);
    }

    /** Closes everything. */
    @TearDown
    public void close() {
        if (running != null) {
            running.close();
        }
        if (ground != null) {
            ground.close();
        }
    }

    /**
     * One transaction.
     *
     * @return its value
     */
    @Benchmark
    public long transaction() {
        return Objects.requireNonNull(running)
                .once(workload, ThreadLocalRandom.current().nextInt(Bench.ACCOUNTS));
    }
}
