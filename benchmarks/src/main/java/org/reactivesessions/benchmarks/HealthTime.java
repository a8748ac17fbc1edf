package org.reactivesessions.benchmarks;

import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.reactivesessions.health.HealthReport;
import org.reactivesessions.health.HealthStatus;

/** How long does {@code health()} take, one after another? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class HealthTime {

    private @Nullable Ground ground;
    private @Nullable Ours ours;

    /** Made by JMH. */
    public HealthTime() {}

    /** Makes the sessions. */
    @Setup
    public void open() throws SQLException {
        Ground made = Ground.tidy();
        ground = made;
        ours = Ours.with(made.bench().direct(), builder -> builder.healthTimeout(Load.PATIENCE));
    }

    /** Closes everything. */
    @TearDown
    public void close() {
        if (ours != null) {
            ours.close();
        }
        if (ground != null) {
            ground.close();
        }
    }

    /**
     * Asks once.
     *
     * @return what it says, which is UP
     */
    @Benchmark
    public HealthStatus health() {
        HealthReport report = Objects.requireNonNull(ours).health();
        if (report.status() != HealthStatus.UP) {
            throw new IllegalStateException("the database was not well: " + report);
        }
        return report.status();
    }
}
