package org.reactivesessions.benchmarks;

import java.sql.SQLException;
import java.util.Objects;
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

/** How long does a transaction take that reads many rows, for a single caller on loopback? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ResultSize {

    /** Who reads. */
    @Param({"ours", "byhand", "spring", "vertx", "jdbc"})
    public String contender = "ours";

    /** How many rows. */
    @Param({"1", "100", "10000"})
    public int rows = 1;

    private @Nullable Ground ground;
    private @Nullable RowReader reader;

    /** Made by JMH. */
    public ResultSize() {}

    /** Makes the tables and the pool. */
    @Setup
    public void open() throws SQLException {
        Ground made = Ground.tidy();
        ground = made;
        reader = RowReader.of(Entrant.named(contender), made.bench().direct());
    }

    /** Closes everything. */
    @TearDown
    public void close() {
        if (reader != null) {
            reader.close();
        }
        if (ground != null) {
            ground.close();
        }
    }

    /**
     * One transaction.
     *
     * @return the sum of the rows
     */
    @Benchmark
    public long read() {
        long[] sum = new long[1];
        Objects.requireNonNull(reader).read(rows, RowReader.ALL_AT_ONCE, value -> sum[0] += value);
        return sum[0];
    }
}
