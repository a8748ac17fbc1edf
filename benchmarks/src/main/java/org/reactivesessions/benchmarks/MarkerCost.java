package org.reactivesessions.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.DoubleStream;
import org.reactivesessions.benchmarks.Load.Sample;
import org.reactivesessions.benchmarks.report.Spread;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.reactivesessions.testkit.server.TestDatabase;

/**
 * What does a commit marker cost? WRITE3 with and without, in one JVM, one right after the other, round by round; what counts is
 * the ratio within a round. On servers of its own, one of which flushes nothing, as those of the tests, and one of which lets
 * COMMIT wait for the disk, as one in production does. And the bytes that a marker takes, in its table and in the log.
 *
 * <pre>{@code
 * mvn -q -B -pl benchmarks -am compile exec:exec -Dbenchmarks.skip=false -Dbenchmarks.program=MarkerCost > docs/results/marker.txt
 * }</pre>
 */
public final class MarkerCost {

    private static final String COMMAND = "mvn -q -B -pl benchmarks -am compile exec:exec -Dbenchmarks.skip=false"
            + " -Dbenchmarks.program=MarkerCost";

    private static final List<Marked> ALL = List.of(Marked.values());

    /** The throughput with a marker to that without, at least, where there is a network and COMMIT waits for the disk. */
    private static final double TARGET = 0.90;

    private static final String SERVER = "SELECT 'fsync ' || current_setting('fsync')"
            + " || ', synchronous_commit ' || current_setting('synchronous_commit')"
            + " || ', full_page_writes ' || current_setting('full_page_writes')"
            + " || ', wal_sync_method ' || current_setting('wal_sync_method'), current_setting('data_directory')";

    /** How often it is asked how long one COMMIT takes. */
    private static final int SAMPLES = 1_000;

    private final Rounds rounds;
    private final PrintStream out;

    MarkerCost(Rounds rounds, PrintStream out) {
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
            MarkerCost program = new MarkerCost(Rounds.parse(given), System.out);
            System.out.println(Program.command(COMMAND, given));
            program.run();
        });
    }

    void run() throws SQLException, IOException {
        for (Flushing flushing : Flushing.values()) {
            try (EmbeddedServer server = flushing.start()) {
                if (flushing == Flushing.OFF) { // the first
                    EnvironmentBlock.lines(server).forEach(out::println);
                    out.println(Program.load());
                    out.println("rounds    " + rounds);
                }
                try (TestDatabase database = server.freshDatabase();
                        Bench bench = Bench.on(database)) {
                    measure(flushing, bench, database);
                }
            }
        }
    }

    private void measure(Flushing flushing, Bench bench, TestDatabase database) throws SQLException, IOException {
        out.println();
        describe(database);
        for (Network network : Network.values()) {
            try (FaultProxy proxy = bench.proxy()) {
                proxy.latency(network.oneWay());
                Endpoint endpoint = network.endpoint(bench, proxy);
                out.printf(
                        Locale.ROOT,
                        "%nnetwork   %s: %.2f ms for a round trip of one caller, median%n",
                        network,
                        RoundTripTime.of(endpoint).millis(0.5));
                try (Lineup<Marked> lineup = new Lineup<>(bench, ALL, marked -> marked.open(endpoint))) {
                    measure(flushing, network, lineup);
                }
            }
        }
        out.println();
        new MarkerBytes(bench, database, out).measure();
    }

    private void describe(TestDatabase database) throws SQLException, IOException {
        try (Connection connection = database.openJdbc();
                Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery(SERVER)) {
                row.next();
                out.println("server    " + row.getString(1) + ", data on "
                        + Files.getFileStore(Path.of(row.getString(2))).type());
            }
            out.println("commit    of one INSERT of one caller: " + new Latencies(commits(statement)));
        }
    }

    private static long[] commits(Statement statement) throws SQLException {
        long[] nanos = new long[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            long begin = System.nanoTime();
            statement.execute("INSERT INTO note (account, balance) VALUES (1, 1)");
            nanos[i] = System.nanoTime() - begin;
        }
        return nanos;
    }

    private void measure(Flushing flushing, Network network, Lineup<Marked> lineup) throws SQLException {
        out.printf(
                "WRITE3, %s, %s, %d callers: transactions per second, processor time of the JVM each%n",
                flushing, network, network.callers());
        lineup.warmUp(Workload.WRITE3, network.callers(), rounds.warmUp());
        ClosedLoop loop = new ClosedLoop(network.callers(), rounds.length());
        Map<Marked, DoubleStream.Builder> perSecond = new EnumMap<>(Marked.class);
        Map<Marked, DoubleStream.Builder> ratios = new EnumMap<>(Marked.class);
        for (int number = 1; number <= rounds.number(); number++) {
            Map<Marked, Sample> round = lineup.round(number, Workload.WRITE3, loop);
            double without = Objects.requireNonNull(round.get(Marked.NEVER)).perSecond();
            out.printf("  round %2d", number);
            round.forEach((marked, sample) -> {
                out.printf(Locale.ROOT, "   %s %,.0f (%.0f us)", marked, sample.perSecond(), sample.cpuMicros());
                perSecond
                        .computeIfAbsent(marked, first -> DoubleStream.builder())
                        .add(sample.perSecond());
                ratios.computeIfAbsent(marked, first -> DoubleStream.builder()).add(sample.perSecond() / without);
            });
            out.println();
        }
        out.println();
        out.println("| | tx/s, median | to that without, median | least | most | |");
        out.println("|---|---:|---:|---:|---:|---|");
        perSecond.forEach((marked, figures) -> {
            Spread ratio =
                    Spread.of(Objects.requireNonNull(ratios.get(marked)).build().toArray());
            out.printf(
                    Locale.ROOT,
                    "| %s | %,.0f | %.3f | %.3f | %.3f | %s |%n",
                    marked,
                    Spread.of(figures.build().toArray()).median(),
                    ratio.median(),
                    ratio.least(),
                    ratio.most(),
                    marked != Marked.NEVER && flushing == Flushing.ON && network == Network.LATENCY
                            ? verdict(ratio.median())
                            : "");
        });
    }

    private static String verdict(double ratio) {
        return String.format(Locale.ROOT, "target %.2f: %s", TARGET, ratio >= TARGET ? "reached" : "missed");
    }
}
