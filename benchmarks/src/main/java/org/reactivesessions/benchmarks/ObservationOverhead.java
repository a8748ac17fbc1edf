package org.reactivesessions.benchmarks;

import java.io.PrintStream;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.reactivesessions.benchmarks.Load.Sample;
import org.reactivesessions.benchmarks.report.Spread;
import org.reactivesessions.testkit.server.PostgresServer;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.server.TestServers;

/**
 * What does it cost to be watched? READ1 straight to the server, watched in every way in turn: the bytes that one transaction
 * allocates, which are exact, and how many there are in a second, of which what counts is the ratio within a round.
 */
public final class ObservationOverhead {

    private static final String COMMAND = "mvn -q -B -pl benchmarks -am compile exec:exec -Dbenchmarks.skip=false"
            + " -Dbenchmarks.program=ObservationOverhead";
    private static final Effort EFFORT = new Effort(5, 5_000);
    private static final double MOST_BYTES = 1.10;
    private static final double LEAST_THROUGHPUT = 0.97;

    /**
     * How much is counted for bytes.
     *
     * @param rounds in which everybody has his turn, after as many to warm up
     * @param transactions by each of them in a round
     */
    record Effort(int rounds, int transactions) {}

    private final Rounds rounds;
    private final Effort effort;
    private final PrintStream out;

    ObservationOverhead(Rounds rounds, Effort effort, PrintStream out) {
        this.rounds = rounds;
        this.effort = effort;
        this.out = out;
    }

    /**
     * Runs the program and ends the JVM.
     *
     * @param arguments see {@code Rounds}
     */
    public static void main(String[] arguments) {
        Program.run(arguments, given -> {
            System.out.println(Program.command(COMMAND, given));
            new ObservationOverhead(Rounds.parse(given), EFFORT, System.out).run();
        });
    }

    void run() throws SQLException {
        PostgresServer server = TestServers.current();
        EnvironmentBlock.lines(server).forEach(out::println);
        out.println(Program.load());
        out.println("rounds    " + rounds + ", callers " + Network.LOOPBACK.callers() + "; for bytes " + effort.rounds()
                + " of " + effort.transactions() + " transactions each, by one caller, after as many to warm up");
        try (TestDatabase database = server.freshDatabase();
                Bench bench = Bench.on(database)) {
            bytes(bench);
            throughput(bench);
        }
    }

    private void bytes(Bench bench) {
        Map<Watching, Ours> all = new EnumMap<>(Watching.class);
        for (Watching watching : Watching.values()) {
            all.put(watching, watching.open(bench.direct()));
        }
        try {
            counted(all);
            print("bytes allocated", counted(all), true);
        } finally {
            all.values().forEach(Ours::close);
        }
    }

    private Map<Watching, List<Double>> counted(Map<Watching, Ours> all) {
        Map<Watching, List<Double>> bytes = new EnumMap<>(Watching.class);
        for (int round = 1; round <= effort.rounds(); round++) {
            for (Watching watching : Lineup.order(round, List.copyOf(all.keySet()))) {
                Ours ours = Objects.requireNonNull(all.get(watching));
                SplittableRandom random = new SplittableRandom(1);
                add(
                        bytes,
                        watching,
                        Allocations.ofAllThreads(
                                        effort.transactions(),
                                        () -> ours.once(Workload.READ1, random.nextInt(Bench.ACCOUNTS)))
                                .bytes());
            }
        }
        return bytes;
    }

    private void throughput(Bench bench) throws SQLException {
        Map<Watching, List<Double>> perSecond = new EnumMap<>(Watching.class);
        try (Lineup<Watching> lineup =
                new Lineup<>(bench, List.of(Watching.values()), watching -> watching.open(bench.direct()))) {
            lineup.warmUp(Workload.READ1, Network.LOOPBACK.callers(), rounds.warmUp());
            ClosedLoop loop = new ClosedLoop(Network.LOOPBACK.callers(), rounds.length());
            for (int number = 1; number <= rounds.number(); number++) {
                Map<Watching, Sample> round = lineup.round(number, Workload.READ1, loop);
                round.forEach((watching, gave) -> add(perSecond, watching, gave.perSecond()));
            }
        }
        print("transactions per second", perSecond, false);
    }

    private static void add(Map<Watching, List<Double>> figures, Watching watching, double figure) {
        figures.computeIfAbsent(watching, first -> new ArrayList<>()).add(figure);
    }

    private void print(String what, Map<Watching, List<Double>> figures, boolean lessIsBetter) {
        out.println();
        out.println("| watched | " + what
                + ", median | least | most | against nothing, median of the rounds | least | most | |");
        out.println("|---|---:|---:|---:|---:|---:|---:|---|");
        List<Double> base = Objects.requireNonNull(figures.get(Watching.NOTHING));
        figures.forEach((watching, given) -> {
            Spread all = spread(given);
            double[] ratios = new double[given.size()];
            for (int i = 0; i < ratios.length; i++) {
                ratios[i] = given.get(i) / base.get(i);
            }
            Spread ratio = Spread.of(ratios);
            out.printf(
                    Locale.ROOT,
                    "| %s | %,.0f | %,.0f | %,.0f | %.3f | %.3f | %.3f | %s |%n",
                    watching,
                    all.median(),
                    all.least(),
                    all.most(),
                    ratio.median(),
                    ratio.least(),
                    ratio.most(),
                    verdict(ratio.median(), lessIsBetter));
        });
    }

    private static String verdict(double ratio, boolean lessIsBetter) {
        double target = lessIsBetter ? MOST_BYTES : LEAST_THROUGHPUT;
        boolean reached = lessIsBetter ? ratio <= target : ratio >= target;
        return String.format(
                Locale.ROOT, "target %s %.2f: %s", lessIsBetter ? "<=" : ">=", target, reached ? "reached" : "missed");
    }

    private static Spread spread(List<Double> figures) {
        return Spread.of(figures.stream().mapToDouble(Double::doubleValue).toArray());
    }
}
