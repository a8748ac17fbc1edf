package org.reactivesessions.benchmarks;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.reactivesessions.benchmarks.report.RunSize;

/** How many transactions per second, against what one would use instead? Everybody in one JVM, one right after the other. */
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

    @Override
    public List<Entrant> among(List<Entrant> who) {
        return who;
    }

    @Override
    public void measure(Bench bench, RunSize size, List<Entrant> who, Collected into) throws SQLException {
        measure(bench, rounds(size), who, into);
    }

    static void measure(Bench bench, Rounds rounds, List<Entrant> who, Collected into) throws SQLException {
        for (Network network : Network.values()) {
            try (Way way = network.way(bench.direct())) {
                Endpoint endpoint = way.endpoint();
                try (Lineup<Entrant> lineup = new Lineup<>(bench, who, entrant -> entrant.open(endpoint))) {
                    for (Workload workload : Workload.values()) {
                        measure(network, workload, lineup, rounds, into);
                    }
                }
            }
        }
    }

    private static void measure(
            Network network, Workload workload, Lineup<Entrant> lineup, Rounds rounds, Collected into)
            throws SQLException {
        lineup.warmUp(workload, network.callers(), rounds.warmUp());
        ClosedLoop loop = new ClosedLoop(network.callers(), rounds.length());
        Object[] params = {"network", network, "workload", workload};
        for (int number = 1; number <= rounds.number(); number++) {
            lineup.round(number, workload, loop).forEach((entrant, sample) -> {
                into.add(entrant, "tx/s", sample.perSecond(), params);
                into.add(entrant, "cpu, µs", sample.cpuMicros(), params);
            });
        }
    }
}
