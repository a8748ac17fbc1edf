package org.reactivesessions.benchmarks;

import java.io.PrintStream;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.reactivesessions.benchmarks.Load.Sample;
import org.reactivesessions.benchmarks.report.Spread;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.server.PostgresServer;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.server.TestServers;

/**
 * How many transactions per second, against what one would use instead? All run in one JVM on pools of 16, one right after
 * the other, round by round; what counts is the ratio within a round.
 *
 * <p>READ1 and WRITE3, each on loopback with 64 callers, where the processor is the limit, and with 0.5 ms latency each
 * way and 256 callers, where the pool is.
 */
public final class InterleavedThroughput {

    private static final String COMMAND = "mvn -q -pl benchmarks -am compile exec:exec -Dbenchmarks.skip=false"
            + " -Dbenchmarks.program=InterleavedThroughput";

    private final Settings settings;
    private final PrintStream out;
    private final List<Entrant> entrants = new ArrayList<>();
    private final List<Figure> figures = new ArrayList<>();

    InterleavedThroughput(Settings settings, PrintStream out) {
        this.settings = settings;
        this.out = out;
    }

    /**
     * Runs the program and ends the JVM.
     *
     * @param arguments see {@code Settings}
     */
    public static void main(String[] arguments) {
        Program.run(arguments, given -> {
            InterleavedThroughput program = new InterleavedThroughput(Settings.parse(given), System.out);
            System.out.println(Program.command(COMMAND, given));
            program.run();
        });
    }

    /** Measures everything, prints it, and returns it. */
    List<Figure> run() throws SQLException {
        PostgresServer server = TestServers.current();
        EnvironmentBlock.lines(server).forEach(out::println);
        out.println(Program.load());
        out.println("rounds    " + settings.rounds());
        settings.contenders().forEach(this::admit);
        try (TestDatabase database = server.freshDatabase();
                Bench bench = Bench.on(database)) {
            for (Network network : Network.values()) {
                measure(network, bench);
            }
        }
        return List.copyOf(figures);
    }

    private void admit(Entrant entrant) {
        entrant.obstacle()
                .ifPresentOrElse(why -> out.println("left out  " + entrant + ": " + why), () -> entrants.add(entrant));
    }

    private void measure(Network network, Bench bench) throws SQLException {
        try (FaultProxy proxy = bench.proxy()) {
            proxy.latency(network.oneWay());
            Endpoint endpoint = network.endpoint(bench, proxy);
            out.printf(
                    Locale.ROOT,
                    "network   %s: %.2f ms for a round trip of one caller, median%n",
                    network,
                    RoundTripTime.of(endpoint).millis(0.5));
            try (Lineup<Entrant> lineup = new Lineup<>(bench, entrants, entrant -> entrant.open(endpoint))) {
                for (Workload workload : Workload.values()) {
                    measure(network, workload, lineup);
                }
            }
        }
    }

    private void measure(Network network, Workload workload, Lineup<Entrant> lineup) throws SQLException {
        out.printf("%n%s, %s: transactions per second, processor time each%n", workload, network);
        lineup.warmUp(workload, network.callers(), settings.rounds().warmUp());
        ClosedLoop loop = new ClosedLoop(network.callers(), settings.rounds().length());
        List<Figure> measured = new ArrayList<>();
        for (int number = 1; number <= settings.rounds().number(); number++) {
            Map<Entrant, Sample> round = lineup.round(number, workload, loop);
            out.printf("  round %2d", number);
            for (Map.Entry<Entrant, Sample> gave : round.entrySet()) {
                measured.add(new Figure(network, workload, number, gave.getKey(), gave.getValue()));
                out.printf(
                        Locale.ROOT,
                        "   %s %,.0f (%.0f us)",
                        gave.getKey(),
                        gave.getValue().perSecond(),
                        gave.getValue().cpuMicros());
            }
            out.println();
        }
        Comparison.of(measured).forEach(this::print);
        figures.addAll(measured);
    }

    private void print(Comparison comparison) {
        out.println();
        out.println("| contender | tx/s, median | ours / contender | least | most | cpu, median |");
        out.println("|---|---:|---:|---:|---:|---:|");
        for (Entrant contender : comparison.contenders()) {
            Spread ratio = comparison.ratio(contender);
            out.printf(
                    Locale.ROOT,
                    "| %s | %,.0f | %.2f | %.2f | %.2f | %.0f µs |%n",
                    contender,
                    comparison.perSecond(contender).median(),
                    ratio.median(),
                    ratio.least(),
                    ratio.most(),
                    comparison.cpuMicros(contender).median());
        }
    }
}
