package org.reactivesessions.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.reactivesessions.benchmarks.ClosedLoop.Sample;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.server.PostgresServer;
import org.reactivesessions.testkit.server.TestServers;

/**
 * How many transactions per second, against a textbook {@code Mono.usingWhen}? Both run in one JVM on pools of 16, one
 * right after the other, round by round and in alternating order; what counts is the ratio within a round.
 *
 * <p>READ1 and WRITE3, each on loopback with 64 callers, where the processor is the limit, and with 0.5 ms latency each
 * way and 256 callers, where the pool is.
 */
public final class InterleavedThroughput {

    private static final Duration ONE_WAY = Duration.ofNanos(500_000);
    private static final int LOOPBACK_CALLERS = 64;
    private static final int LATENCY_CALLERS = 256;
    private static final Duration WARM_UP_SLICE = Duration.ofSeconds(2);
    private static final int WARM_UP_SLICES = 15;

    private final Settings settings;
    private final PrintStream out;
    private final List<String> csv =
            new ArrayList<>(List.of("network,workload,callers,round,ours,byhand,ratio,ours_cpu_us,byhand_cpu_us"));

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
        int exitCode = 0;
        try {
            new InterleavedThroughput(Settings.parse(arguments), System.out).run();
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage());
            exitCode = 2;
        } catch (Exception failure) {
            failure.printStackTrace();
            exitCode = 1;
        }
        System.exit(exitCode);
    }

    private void run() throws SQLException, IOException {
        PostgresServer server = TestServers.current();
        EnvironmentBlock.lines(server).forEach(out::println);
        out.println(
                "rounds    " + settings.rounds() + " of " + settings.length().toSeconds() + " s each after "
                        + WARM_UP_SLICES * WARM_UP_SLICE.toSeconds() + " s of warm-up, pool " + Contender.POOL);
        try (Bench bench = Bench.on(server.freshDatabase());
                FaultProxy proxy = FaultProxy.start(bench.host(), bench.port())) {
            proxy.latency(ONE_WAY);
            measure("loopback", LOOPBACK_CALLERS, bench, bench.host(), bench.port());
            measure("0.5 ms each way", LATENCY_CALLERS, bench, proxy.host(), proxy.port());
        }
        Path file = settings.csv();
        if (file != null) {
            Files.write(file, csv);
            out.println();
            out.println("written to " + file);
        }
    }

    private void measure(String network, int callers, Bench bench, String host, int port) throws SQLException {
        try (Contender ours = bench.ours(host, port);
                Contender byHand = bench.byHand(host, port)) {
            for (Workload workload : Workload.values()) {
                out.printf(
                        Locale.ROOT,
                        "%n%s, %s, %d callers: transactions per second, processor time each%n",
                        workload,
                        network,
                        callers);
                bench.tidy();
                warmUp(workload, callers, ours, byHand);
                ClosedLoop loop = new ClosedLoop(callers, settings.length());
                Rounds rounds = new Rounds();
                for (int number = 1; number <= settings.rounds(); number++) {
                    bench.tidy();
                    Rounds.Round round = round(loop, workload, ours, byHand, number % 2 == 1);
                    rounds.add(round);
                    report(network, workload, callers, number, round);
                }
                out.println("  " + rounds);
            }
        }
    }

    /** Who comes first alternates, because the first one meets what the tidying left behind. */
    private static Rounds.Round round(
            ClosedLoop loop, Workload workload, Contender ours, Contender byHand, boolean oursFirst) {
        if (oursFirst) {
            Sample first = loop.run(workload, ours);
            return new Rounds.Round(first, loop.run(workload, byHand));
        }
        Sample first = loop.run(workload, byHand);
        return new Rounds.Round(loop.run(workload, ours), first);
    }

    /** In turns as well, so that no contender meets a compiler that is still busy with the other one. */
    private static void warmUp(Workload workload, int callers, Contender ours, Contender byHand) {
        ClosedLoop slice = new ClosedLoop(callers, WARM_UP_SLICE);
        for (int i = 0; i < WARM_UP_SLICES; i++) {
            slice.run(workload, ours);
            slice.run(workload, byHand);
        }
    }

    private void report(String network, Workload workload, int callers, int number, Rounds.Round round) {
        Sample ours = round.ours();
        Sample byHand = round.byHand();
        out.printf(
                Locale.ROOT,
                "  round %2d   ours %,7.0f (%4.0f us cpu)   byhand %,7.0f (%4.0f us cpu)   ratio %.3f%n",
                number,
                ours.perSecond(),
                ours.cpuMicros(),
                byHand.perSecond(),
                byHand.cpuMicros(),
                round.ratio());
        csv.add(String.format(
                Locale.ROOT,
                "%s,%s,%d,%d,%.0f,%.0f,%.4f,%.1f,%.1f",
                network,
                workload,
                callers,
                number,
                ours.perSecond(),
                byHand.perSecond(),
                round.ratio(),
                ours.cpuMicros(),
                byHand.cpuMicros()));
    }
}
