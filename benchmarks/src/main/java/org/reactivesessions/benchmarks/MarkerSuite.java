package org.reactivesessions.benchmarks;

import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.reactivesessions.benchmarks.Load.Sample;
import org.reactivesessions.benchmarks.report.RunSize;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.reactivesessions.testkit.server.TestDatabase;

/** What does a commit marker cost, where COMMIT waits for the disk? On a server of its own. */
final class MarkerSuite implements Suite {

    private static final Map<Marked, String> NAMES =
            new EnumMap<>(Map.of(Marked.WRITTEN, Entrant.OURS.toString(), Marked.NEVER, Entrant.OURS + ", without"));

    private static Rounds rounds(RunSize size) {
        return size == RunSize.FULL
                ? new Rounds(5, Duration.ofSeconds(3), Duration.ofSeconds(10))
                : new Rounds(1, Duration.ofMillis(500), Duration.ofMillis(500));
    }

    @Override
    public String name() {
        return "marker";
    }

    @Override
    public String method(RunSize size) {
        return rounds(size).inWords() + ", in turn in one JVM, pool " + Contender.POOL;
    }

    @Override
    public List<Entrant> among(List<Entrant> who) {
        return who.stream().filter(Entrant.OURS::equals).toList();
    }

    @Override
    public void measure(Bench elsewhere, RunSize size, List<Entrant> who, Collected into) throws SQLException {
        Rounds rounds = rounds(size);
        try (EmbeddedServer server = Flushing.ON.start();
                TestDatabase database = server.freshDatabase();
                Bench bench = Bench.on(database)) {
            for (Network network : Network.values()) {
                try (FaultProxy proxy = bench.proxy()) {
                    proxy.latency(network.oneWay());
                    Endpoint endpoint = network.endpoint(bench, proxy);
                    try (Lineup<Marked> lineup =
                            new Lineup<>(bench, List.copyOf(NAMES.keySet()), marked -> marked.open(endpoint))) {
                        measure(network, lineup, rounds, into);
                    }
                }
            }
        }
    }

    private static void measure(Network network, Lineup<Marked> lineup, Rounds rounds, Collected into)
            throws SQLException {
        lineup.warmUp(Workload.WRITE3, network.callers(), rounds.warmUp());
        ClosedLoop loop = new ClosedLoop(network.callers(), rounds.length());
        for (int round = 1; round <= rounds.number(); round++) {
            Map<Marked, Sample> samples = lineup.round(round, Workload.WRITE3, loop);
            NAMES.forEach((marked, name) -> {
                Sample sample = samples.get(marked);
                if (sample != null) {
                    into.add(name, "tx/s", sample.perSecond(), "network", network);
                }
            });
        }
    }
}
