package org.reactivesessions.benchmarks;

import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.reactivesessions.benchmarks.report.RunSize;

/**
 * How long does READ1 take when callers come at a rate of their own? In percent of what the same contender can do, which is
 * measured just before.
 */
final class OpenLoadSuite implements Suite {

    private static final List<Integer> PERCENT = List.of(50, 80, 100, 120);
    private static final double WHOLE = 100;

    private static Rounds rounds(RunSize size) {
        return size == RunSize.FULL
                ? new Rounds(3, Duration.ofSeconds(5), Duration.ofSeconds(20))
                : new Rounds(1, Duration.ofMillis(500), Duration.ofMillis(300));
    }

    @Override
    public String name() {
        return "open";
    }

    @Override
    public String method(RunSize size) {
        return rounds(size).inWords() + " for each load, of which the first fifth does not count";
    }

    @Override
    public List<Entrant> among(List<Entrant> who) {
        return who;
    }

    @Override
    public void measure(Bench bench, RunSize size, List<Entrant> who, Collected into)
            throws SQLException, InterruptedException {
        Rounds rounds = rounds(size);
        for (Network network : Network.values()) {
            Map<Entrant, Contender> contenders = new EnumMap<>(Entrant.class);
            try (Way way = network.way(bench.direct())) {
                Endpoint endpoint = way.endpoint();
                try {
                    who.forEach(entrant -> contenders.put(entrant, entrant.open(endpoint)));
                    contenders
                            .values()
                            .forEach(contender ->
                                    new ClosedLoop(network.callers(), rounds.warmUp()).run(Workload.READ1, contender));
                    for (int round = 1; round <= rounds.number(); round++) {
                        for (Entrant entrant : Lineup.order(round, who)) {
                            measure(network, entrant, Objects.requireNonNull(contenders.get(entrant)), rounds, into);
                        }
                    }
                } finally {
                    contenders.values().forEach(Contender::close);
                }
            }
        }
    }

    private static void measure(Network network, Entrant entrant, Contender contender, Rounds rounds, Collected into)
            throws InterruptedException {
        double capacity = new ClosedLoop(network.callers(), rounds.length())
                .run(Workload.READ1, contender)
                .perSecond();
        for (int percent : PERCENT) {
            double rate = capacity * percent / WHOLE;
            Latencies took = new Arrivals(rate, rounds.length())
                    .run(Workload.READ1, contender)
                    .took();
            Object[] params = {"network", network, "load", percent + " %"};
            into.add(entrant, "arrivals/s", rate, params);
            into.add(entrant, "p50, ms", took.millis(0.5), params);
            into.add(entrant, "p99, ms", took.millis(0.99), params);
            into.add(entrant, "p99.9, ms", took.millis(0.999), params);
        }
    }
}
