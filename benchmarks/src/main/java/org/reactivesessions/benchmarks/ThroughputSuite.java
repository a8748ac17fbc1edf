package org.reactivesessions.benchmarks;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.reactivesessions.benchmarks.report.RunSize;

/** How many transactions per second, against what one would use instead? Everybody in one JVM, by {@link InterleavedThroughput}. */
final class ThroughputSuite implements Suite {

    private static Rounds rounds(RunSize size) {
        return size == RunSize.FULL
                ? new Rounds(5, Duration.ofSeconds(2), Duration.ofSeconds(20))
                : new Rounds(1, Duration.ofMillis(400), Duration.ofMillis(300));
    }

    @Override
    public String name() {
        return "throughput";
    }

    @Override
    public String method(RunSize size) {
        return rounds(size).inWords() + ", in turn in one JVM";
    }

    /** Nothing without us, because its order begins with us. */
    @Override
    public List<Entrant> among(List<Entrant> who) {
        return who.contains(Entrant.OURS) ? who : List.of();
    }

    @Override
    public void measure(Bench bench, RunSize size, List<Entrant> who, Collected into) throws SQLException {
        try (PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            new InterleavedThroughput(new Settings(who, rounds(size)), nowhere)
                    .run()
                    .forEach(figure -> {
                        Object[] params = {"network", figure.network(), "workload", figure.workload()};
                        into.add(figure.contender(), "tx/s", figure.sample().perSecond(), params);
                        into.add(figure.contender(), "cpu, µs", figure.sample().cpuMicros(), params);
                    });
        }
    }
}
