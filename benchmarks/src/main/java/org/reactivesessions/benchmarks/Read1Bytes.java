package org.reactivesessions.benchmarks;

import java.io.PrintStream;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.reactivesessions.benchmarks.report.Spread;
import org.reactivesessions.testkit.server.PostgresServer;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.server.TestServers;

/**
 * How many bytes does one READ1 allocate? Counted over all threads of the JVM, with one caller who waits for each of his
 * transactions; what he allocates for waiting is the same for everybody and is counted too.
 */
public final class Read1Bytes {

    private static final String COMMAND =
            "mvn -q -pl benchmarks -am compile exec:exec -Dbenchmarks.skip=false" + " -Dbenchmarks.program=Read1Bytes";

    private static final String OURS = "ours";
    private static final String BYHAND = "byhand";
    private static final String SPRING = "spring";
    private static final String OURS_WITH_SETTINGS = "ours, with settings";
    private static final String BYHAND_WITH_SETTINGS = "byhand, with settings";

    /**
     * How much is counted.
     *
     * @param rounds in which everybody has his turn, after as many to warm up
     * @param transactions by each of them in a round
     */
    record Effort(int rounds, int transactions) {

        static final Effort FULL = new Effort(5, 20_000);
    }

    private final Effort effort;
    private final PrintStream out;

    private Read1Bytes(Effort effort, PrintStream out) {
        this.effort = effort;
        this.out = out;
    }

    /**
     * Runs the program and ends the JVM.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        Program.run(arguments, given -> measure(Effort.FULL, System.out));
    }

    static void measure(Effort effort, PrintStream out) throws SQLException {
        PostgresServer server = TestServers.current();
        out.println(Program.command(COMMAND));
        EnvironmentBlock.lines(server).forEach(out::println);
        out.println("rounds    " + effort.rounds() + " of " + effort.transactions() + " transactions each after as many"
                + " to warm up");
        try (TestDatabase database = server.freshDatabase();
                Bench bench = Bench.on(database)) {
            new Read1Bytes(effort, out).measure(bench.direct());
        }
    }

    private void measure(Endpoint endpoint) {
        Map<String, Contender> contenders = new LinkedHashMap<>();
        contenders.put(OURS, new Ours(endpoint));
        contenders.put(BYHAND, new ByHand(endpoint));
        contenders.put(SPRING, new Spring(endpoint));
        contenders.put(OURS_WITH_SETTINGS, Ours.withSettings(endpoint));
        contenders.put(BYHAND_WITH_SETTINGS, ByHand.withSettings(endpoint));
        try {
            rounds(contenders);
            print(rounds(contenders));
        } finally {
            contenders.values().forEach(Contender::close);
        }
    }

    private Map<String, Spread> rounds(Map<String, Contender> contenders) {
        Map<String, DoubleStream.Builder> bytes = new LinkedHashMap<>();
        for (int round = 0; round < effort.rounds(); round++) {
            contenders.forEach((name, contender) ->
                    bytes.computeIfAbsent(name, first -> DoubleStream.builder()).add(bytes(contender)));
        }
        Map<String, Spread> spreads = new LinkedHashMap<>();
        bytes.forEach(
                (name, figures) -> spreads.put(name, Spread.of(figures.build().toArray())));
        return spreads;
    }

    private double bytes(Contender contender) {
        SplittableRandom random = new SplittableRandom(1);
        return Allocations.ofAllThreads(
                        effort.transactions(), () -> contender.once(Workload.READ1, random.nextInt(Bench.ACCOUNTS)))
                .bytes();
    }

    private void print(Map<String, Spread> spreads) {
        out.println();
        out.println("Bytes allocated per READ1: median of the rounds, least, most. The settings are REPEATABLE READ,"
                + " read-only, two timeouts and a tenant.");
        out.println();
        out.println("| contender | bytes | least | most |");
        out.println("|---|---:|---:|---:|");
        spreads.forEach((name, spread) -> out.printf(
                Locale.ROOT, "| %s | %,.0f | %,.0f | %,.0f |%n", name, spread.median(), spread.least(), spread.most()));
        out.println();
        out.println("| ours | against | target | reached | |");
        out.println("|---|---|---:|---:|---|");
        target(spreads, OURS, BYHAND, 1.15);
        target(spreads, OURS, SPRING, 0.7);
        target(spreads, OURS_WITH_SETTINGS, BYHAND_WITH_SETTINGS, 1.0);
    }

    private void target(Map<String, Spread> spreads, String ours, String theirs, double atMost) {
        double ratio = Objects.requireNonNull(spreads.get(ours)).median()
                / Objects.requireNonNull(spreads.get(theirs)).median();
        out.printf(
                Locale.ROOT,
                "| %s | %s | %.2f | %.2f | %s |%n",
                ours,
                theirs,
                atMost,
                ratio,
                ratio <= atMost
                        ? "reached"
                        : String.format(Locale.ROOT, "missed by %.0f %%", 100 * (ratio / atMost - 1)));
    }
}
