package org.reactivesessions.benchmarks;

import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.reactivesessions.benchmarks.report.RunSize;

/**
 * How long does READ1 take when callers come at a rate of their own? In percent of what the same contender can do, which is
 * measured just before, and then at one rate for all: four fifths of what the slowest of them can do.
 */
final class OpenLoadSuite implements Suite {

    private static final List<Integer> PERCENT = List.of(50, 80, 100, 120);
    private static final double WHOLE = 100;

    private static final Map<String, Double> PERCENTILES =
            new TreeMap<>(Map.of("p50", 0.5, "p99", 0.99, "p99.9", 0.999));

    private static final String SAME = "the same for all";
    private static final double OF_THE_SLOWEST = 0.8;

    /** How often each contender runs in a round: callers in turn, his own rates, the same rate. */
    private static final int RUNS = PERCENT.size() + 2;

    private static final Duration SLICE = Duration.ofSeconds(6);

    private static Rounds rounds(RunSize size) {
        return size == RunSize.FULL
                ? new Rounds(3, Duration.ofSeconds(5), Duration.ofSeconds(36))
                : new Rounds(1, Duration.ofMillis(200), Duration.ofMillis(900));
    }

    /**
     * What is thrown away first: short rounds like those that count. Callers in turn would not do, because what compilers have
     * made of them has to be made anew for callers who come from a thread of their own.
     */
    private static Rounds warmUp(Rounds rounds) {
        Duration all = rounds.warmUp();
        int number = Math.max(1, (int) (all.toMillis() / SLICE.toMillis()));
        return new Rounds(number, all.dividedBy((long) number * RUNS), Duration.ZERO);
    }

    @Override
    public String name() {
        return "open";
    }

    @Override
    public String method(RunSize size) {
        return rounds(size).inWords() + " in the same way for each load, of which the first fifth does not count";
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
                    run(network, who, contenders, warmUp(rounds), new Collected());
                    run(network, who, contenders, rounds, into);
                } finally {
                    contenders.values().forEach(Contender::close);
                }
            }
        }
    }

    private static void run(
            Network network, List<Entrant> who, Map<Entrant, Contender> contenders, Rounds rounds, Collected into)
            throws InterruptedException {
        for (int round = 1; round <= rounds.number(); round++) {
            round(network, Lineup.order(round, who), contenders, rounds, into);
        }
    }

    private static void round(
            Network network, List<Entrant> order, Map<Entrant, Contender> contenders, Rounds rounds, Collected into)
            throws InterruptedException {
        double slowest = Double.MAX_VALUE;
        for (Entrant entrant : order) {
            Contender contender = Objects.requireNonNull(contenders.get(entrant));
            double served = new ClosedLoop(network.callers(), rounds.length())
                    .run(Workload.READ1, contender)
                    .perSecond();
            double capacity = Math.max(served, 1); // in a warm-up so short that nobody was served yet
            slowest = Math.min(slowest, capacity);
            for (int percent : PERCENT) {
                double rate = capacity * percent / WHOLE;
                Object[] params = {"network", network, "load", percent + " %"};
                into.add(entrant, "arrivals/s", rate, params);
                Latencies took = took(rate, rounds, contender);
                PERCENTILES.forEach(
                        (name, percentile) -> into.add(entrant, name + ", ms", took.millis(percentile), params));
            }
        }
        double rate = slowest * OF_THE_SLOWEST;
        for (Entrant entrant : order) {
            into.add(entrant, "arrivals/s", rate, "network", network, "load", SAME);
            Latencies took = took(rate, rounds, Objects.requireNonNull(contenders.get(entrant)));
            PERCENTILES.forEach((name, percentile) -> into.add(
                    entrant, "ms at one rate", took.millis(percentile), "network", network, "of the callers", name));
        }
    }

    private static Latencies took(double rate, Rounds rounds, Contender contender) throws InterruptedException {
        return new Arrivals(rate, rounds.length())
                .run(Workload.READ1, contender)
                .took();
    }
}
