package org.reactivesessions.benchmarks;

import io.r2dbc.spi.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import reactor.core.publisher.Flux;

/** What is the most that one connection of the driver gives? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class RawFloor {

    /** How many statements are on their way at a time. */
    static final int FLIGHT = 64;

    private @Nullable Ground ground;
    private @Nullable Connection connection;

    /** Made by JMH. */
    public RawFloor() {}

    /** Opens the connection. */
    @Setup
    public void open() throws SQLException {
        Ground made = Ground.tidy();
        ground = made;
        connection = UsingWhen.driver(made.bench().direct()).create().block(Load.PATIENCE);
    }

    /** Closes everything. */
    @TearDown
    public void close() {
        if (connection != null) {
            Flux.from(connection.close()).blockLast(Load.PATIENCE);
        }
        if (ground != null) {
            ground.close();
        }
    }

    private Flux<Integer> one() {
        return Flux.from(Objects.requireNonNull(connection)
                        .createStatement("SELECT 1")
                        .execute())
                .flatMap(result -> result.map(row -> Objects.requireNonNull(row.get(0, Integer.class))));
    }

    /**
     * One after another.
     *
     * @return the last answer
     */
    @Benchmark
    @OperationsPerInvocation(FLIGHT)
    public @Nullable Integer oneAfterAnother() {
        return Flux.range(0, FLIGHT).concatMap(number -> one()).blockLast(Load.PATIENCE);
    }

    /**
     * Many at a time.
     *
     * @return the last answer
     */
    @Benchmark
    @OperationsPerInvocation(FLIGHT)
    public @Nullable Integer pipelined() {
        return Flux.range(0, FLIGHT).flatMap(number -> one(), FLIGHT).blockLast(Load.PATIENCE);
    }
}
