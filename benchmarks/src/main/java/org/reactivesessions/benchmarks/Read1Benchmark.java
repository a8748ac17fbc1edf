package org.reactivesessions.benchmarks;

import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.reactivesessions.testkit.server.TestServers;

/** How long does one READ1 take, for a single caller who waits for it? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class Read1Benchmark {

    /** Who runs the transaction. */
    @Param({"ours", "byhand", "spring", "vertx", "jdbc"})
    public String contender = "ours";

    private @Nullable Bench bench;
    private @Nullable Contender running;

    /** Makes the tables and the pool. */
    @Setup
    public void open() throws SQLException {
        Bench tables = Bench.on(TestServers.current().freshDatabase());
        bench = tables;
        running = Entrant.named(contender).open(tables.direct());
    }

    /** Closes the pool and drops the database. */
    @TearDown
    public void close() {
        if (running != null) {
            running.close();
        }
        if (bench != null) {
            bench.close();
        }
    }

    /** One transaction. */
    @Benchmark
    public long read1() {
        return running == null
                ? 0
                : running.once(Workload.READ1, ThreadLocalRandom.current().nextInt(Bench.ACCOUNTS));
    }
}
