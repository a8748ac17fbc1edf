package org.reactivesessions.benchmarks;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.reactivesessions.benchmarks.Crowd.Result;
import org.reactivesessions.benchmarks.report.Spread;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.server.PostgresServer;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.server.TestServers;

/**
 * What do callers get who all want to write the same few rows, and are run again when they lose? SERIALIZABLE increments by 64
 * callers on a pool of 16, of one balance and of sixteen; with our retries, with our defaults, and with a fixed delay; in turn,
 * round by round. After every run another connection looks whether an increment is missing, which ends the program with an error.
 *
 * <pre>{@code
 * mvn -q -B -pl benchmarks -am compile exec:exec -Dbenchmarks.skip=false -Dbenchmarks.program=Contention "-Dbenchmarks.args=--warm-up 5" > docs/results/contention.txt
 * }</pre>
 */
public final class Contention {

    private static final String COMMAND = "mvn -q -B -pl benchmarks -am compile exec:exec -Dbenchmarks.skip=false"
            + " -Dbenchmarks.program=Contention";

    /** How many balances they share. */
    static final List<Integer> HOT = List.of(1, 16);

    private final Rounds rounds;
    private final PrintStream out;

    Contention(Rounds rounds, PrintStream out) {
        this.rounds = rounds;
        this.out = out;
    }

    /**
     * Runs the program and ends the JVM.
     *
     * @param arguments see {@code Rounds}
     */
    public static void main(String[] arguments) {
        Program.run(arguments, given -> {
            Contention program = new Contention(Rounds.parse(given), System.out);
            System.out.println(Program.command(COMMAND, given));
            program.run();
        });
    }

    /** The account of one of the hot balances: far from the others, so that no two are on the same page. */
    static int account(int number, int hot) {
        return number * (Bench.ACCOUNTS / hot);
    }

    void run() throws SQLException {
        PostgresServer server = TestServers.current();
        EnvironmentBlock.lines(server).forEach(out::println);
        out.println(Program.load());
        out.println("rounds    " + rounds + ", callers " + Crowd.CALLERS);
        try (TestDatabase database = server.freshDatabase();
                Bench bench = Bench.on(database)) {
            for (Network network : Network.values()) {
                try (FaultProxy proxy = bench.proxy()) {
                    proxy.latency(network.oneWay());
                    measure(network, bench, network.endpoint(bench, proxy));
                }
            }
        }
    }

    private void measure(Network network, Bench bench, Endpoint endpoint) throws SQLException {
        Map<Retrying, Crowd> crowds = new EnumMap<>(Retrying.class);
        Arrays.stream(Retrying.values()).forEach(retrying -> crowds.put(retrying, new Crowd(retrying, endpoint)));
        try {
            for (int hot : HOT) {
                for (Crowd crowd : crowds.values()) {
                    bench.tidy();
                    crowd.run(hot, rounds.warmUp());
                }
                out.printf(
                        Locale.ROOT,
                        "%n%s, balances: %d. Increments per second, attempts for one, given up for want of budget, and of"
                                + " attempts%n",
                        network,
                        hot);
                print(rounds(hot, bench, endpoint, crowds));
            }
        } finally {
            crowds.values().forEach(Crowd::close);
        }
    }

    private Map<Retrying, List<Result>> rounds(int hot, Bench bench, Endpoint endpoint, Map<Retrying, Crowd> crowds)
            throws SQLException {
        Map<Retrying, List<Result>> results = new EnumMap<>(Retrying.class);
        for (int number = 1; number <= rounds.number(); number++) {
            for (Retrying retrying : Lineup.order(number, List.copyOf(crowds.keySet()))) {
                bench.tidy();
                long before = sum(endpoint.database());
                Result result = Objects.requireNonNull(crowds.get(retrying)).run(hot, rounds.length());
                long made = sum(endpoint.database()) - before;
                requireNoneLost(retrying, result.succeeded(), made);
                results.computeIfAbsent(retrying, first -> new ArrayList<>()).add(result);
                out.printf(
                        Locale.ROOT,
                        "  round %2d   %-40s   %,6.0f   %5.2f   %,6d   %,6d   %s%n",
                        number,
                        retrying,
                        result.perSecond(),
                        (double) result.attempts() / result.succeeded(),
                        result.outOfBudget(),
                        result.outOfAttempts(),
                        result.took());
            }
        }
        return results;
    }

    static void requireNoneLost(Retrying retrying, long succeeded, long there) {
        if (there != succeeded) {
            throw new IllegalStateException(
                    retrying + ": " + succeeded + " increments succeeded, but " + there + " are there");
        }
    }

    static long sum(TestDatabase database) throws SQLException {
        try (Connection connection = database.openJdbc();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT sum(balance) FROM account")) {
            row.next();
            return row.getLong(1);
        }
    }

    private void print(Map<Retrying, List<Result>> results) {
        List<Result> fixed = Objects.requireNonNull(results.get(Retrying.FIXED_DELAY));
        out.println();
        out.println("No increment was lost. Medians of the rounds; the ratio is that within a round.");
        out.println();
        out.println(
                "| | increments/s | to a fixed delay | least | most | attempts for one | given up, budget | given up,"
                        + " attempts | median ms | p99 ms | longest ms |");
        out.println("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        results.forEach((retrying, all) -> {
            double[] ratios = new double[all.size()];
            for (int i = 0; i < ratios.length; i++) {
                ratios[i] = all.get(i).perSecond() / fixed.get(i).perSecond();
            }
            Spread ratio = Spread.of(ratios);
            out.printf(
                    Locale.ROOT,
                    "| %s | %,.0f | %.2f | %.2f | %.2f | %.2f | %.2f %% | %.2f %% | %.0f | %.0f | %.0f |%n",
                    retrying,
                    Spread.median(all, Result::perSecond),
                    ratio.median(),
                    ratio.least(),
                    ratio.most(),
                    Spread.median(all, result -> (double) result.attempts() / result.succeeded()),
                    Spread.median(all, result -> 100.0 * result.outOfBudget() / result.calls()),
                    Spread.median(all, result -> 100.0 * result.outOfAttempts() / result.calls()),
                    Spread.median(all, result -> result.took().millis(0.5)),
                    Spread.median(all, result -> result.took().millis(0.99)),
                    Spread.median(all, result -> result.took().millis(1)));
        });
    }
}
