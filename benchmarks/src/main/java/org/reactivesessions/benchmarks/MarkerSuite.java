package org.reactivesessions.benchmarks;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.reactivesessions.benchmarks.report.RunSize;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.reactivesessions.testkit.server.TestDatabase;

/**
 * What does a commit marker cost, where COMMIT waits for the disk and where it does not, and how many bytes does it take? On
 * servers of its own.
 */
final class MarkerSuite implements Suite {

    private static Rounds rounds(RunSize size) {
        return size == RunSize.FULL
                ? new Rounds(5, Duration.ofSeconds(3), Duration.ofSeconds(10))
                : new Rounds(1, Duration.ofMillis(300), Duration.ofMillis(300));
    }

    @Override
    public String name() {
        return "marker";
    }

    @Override
    public String method(RunSize size) {
        return rounds(size).inWords() + ", in turn in one JVM";
    }

    @Override
    public List<Entrant> among(List<Entrant> who) {
        return who.stream().filter(Entrant.OURS::equals).toList();
    }

    @Override
    public void measure(Bench elsewhere, RunSize size, List<Entrant> who, Collected into) throws SQLException {
        measure(rounds(size), into);
    }

    static void measure(Rounds rounds, Collected into) throws SQLException {
        for (Flushing flushing : Flushing.values()) {
            try (EmbeddedServer server = flushing.start();
                    TestDatabase database = server.freshDatabase();
                    Bench bench = Bench.on(database)) {
                for (MarkerLoad load : MarkerLoad.values()) {
                    try (Way way = load.network().way(bench.direct());
                            Lineup<Marked> lineup = new Lineup<>(
                                    bench,
                                    List.of(Marked.values()),
                                    marked -> marked.open(way.endpoint(), load.connections()))) {
                        measure(flushing, load, lineup, rounds, into);
                    }
                }
                if (flushing == Flushing.ON) {
                    new MarkerBytes(bench, database, into).measure();
                }
            }
        }
    }

    private static void measure(
            Flushing flushing, MarkerLoad load, Lineup<Marked> lineup, Rounds rounds, Collected into)
            throws SQLException {
        int callers = load.network().callers();
        lineup.warmUp(Workload.WRITE3, callers, rounds.warmUp());
        ClosedLoop loop = new ClosedLoop(callers, rounds.length());
        for (int round = 1; round <= rounds.number(); round++) {
            lineup.round(round, Workload.WRITE3, loop)
                    .forEach((marked, sample) ->
                            into.add(marked, flushing.metric(), sample.perSecond(), "network", load));
        }
    }
}
