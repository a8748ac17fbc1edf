package org.reactivesessions.benchmarks;

import java.io.PrintStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.reactivesessions.benchmarks.report.Spread;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.server.PostgresServer;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.server.TestServers;

/**
 * What becomes of 10,000 callers who share 16 connections? The memory of one who waits, and how long a read takes with its wait,
 * against the ideal queue: if a pool serves so many a second, each of n callers waits for n divided by that, no less if it is fair
 * and no more if queueing costs nothing. Ours and by hand, in turn, round by round, with their capacity measured beside.
 *
 * <pre>{@code
 * mvn -q -B -pl benchmarks -am compile exec:exec -Dbenchmarks.skip=false -Dbenchmarks.program=WaitingCallers > docs/results/waiting-callers.txt
 * }</pre>
 */
public final class WaitingCallers {

    static final String OURS = "ours";
    static final String BYHAND = "byhand";

    private static final String COMMAND = "mvn -q -B -pl benchmarks -am compile exec:exec -Dbenchmarks.skip=false"
            + " -Dbenchmarks.program=WaitingCallers";

    private static final Rounds DEFAULTS = new Rounds(3, Duration.ofSeconds(10), Duration.ofSeconds(3));

    private static final int CALLERS = 10_000;

    /** Twice as many as there are. */
    private static final int MOST_WAITING = 20_000;

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

    /** Enough for every connection to be busy, and few enough to wait hardly at all. */
    private static final int CAPACITY_CALLERS = 64;

    /** The 99th percentile to the ideal queueing time, at most. */
    private static final double TARGET = 1.5;

    private static final double MEDIAN = 0.5;
    private static final double P99 = 0.99;

    private final Rounds rounds;
    private final int callers;
    private final PrintStream out;

    WaitingCallers(Rounds rounds, int callers, PrintStream out) {
        this.rounds = rounds;
        this.callers = callers;
        this.out = out;
    }

    /**
     * Runs the program and ends the JVM.
     *
     * @param arguments see {@code Rounds}
     */
    public static void main(String[] arguments) {
        Program.run(arguments, given -> {
            WaitingCallers program = new WaitingCallers(Rounds.parse(DEFAULTS, given), CALLERS, System.out);
            System.out.println(Program.command(COMMAND, given));
            program.run();
        });
    }

    /**
     * What a round gave.
     *
     * @param capacity reads per second of a few callers
     * @param perSecond reads per second of all
     * @param took how long one took
     */
    private record Round(double capacity, double perSecond, Latencies took) {}

    void run() throws SQLException, InterruptedException {
        PostgresServer server = TestServers.current();
        EnvironmentBlock.lines(server).forEach(out::println);
        out.println(Program.load());
        out.printf(
                Locale.ROOT,
                "rounds    %s, callers %,d, waiting at most %,d, for at most %d min (by hand: no limits)%n",
                rounds,
                callers,
                MOST_WAITING,
                LONGEST_WAIT.toMinutes());
        try (TestDatabase database = server.freshDatabase();
                Bench bench = Bench.on(database)) {
            for (Network network : Network.values()) {
                try (FaultProxy proxy = bench.proxy()) {
                    proxy.latency(network.oneWay());
                    measure(network, network.endpoint(bench, proxy));
                }
            }
        }
    }

    private void measure(Network network, Endpoint endpoint) throws InterruptedException {
        Map<String, HoldingContender> contenders = new LinkedHashMap<>();
        try {
            contenders.put(OURS, Ours.with(endpoint, builder -> builder.pool(patient())));
            contenders.put(BYHAND, new ByHand(endpoint));
            if (network == Network.LOOPBACK) { // what waits does not know what is behind it
                new WaitingMemory(contenders, callers, rounds.number(), out).measure();
            }
            out.printf(
                    Locale.ROOT,
                    "%n%s, READ1: reads per second of %d callers and of %,d, and how long one of these takes%n",
                    network,
                    CAPACITY_CALLERS,
                    callers);
            for (HoldingContender contender : contenders.values()) {
                round(contender, rounds.warmUp()); // to warm up
            }
            print(rounds(contenders));
        } finally {
            contenders.values().forEach(Contender::close);
        }
    }

    /** The 99th percentile of a round to the ideal queueing time. */
    double p99ToIdeal(ReactiveContender contender) throws InterruptedException {
        Round round = round(contender, rounds.length());
        return round.took().millis(P99) / ideal(round);
    }

    static PoolOptions patient() {
        return PoolOptions.defaults()
                .maxSize(Contender.POOL)
                .maxPending(MOST_WAITING)
                .acquireTimeout(LONGEST_WAIT)
                .createTimeout(Load.PATIENCE);
    }

    private Map<String, List<Round>> rounds(Map<String, HoldingContender> contenders) throws InterruptedException {
        Map<String, List<Round>> results = new LinkedHashMap<>();
        contenders.keySet().forEach(name -> results.put(name, new ArrayList<>()));
        for (int number = 1; number <= rounds.number(); number++) {
            for (Map.Entry<String, HoldingContender> entry : Lineup.order(number, List.copyOf(contenders.entrySet()))) {
                Round round = round(entry.getValue(), rounds.length());
                results.computeIfPresent(entry.getKey(), (name, all) -> {
                    all.add(round);
                    return all;
                });
                out.printf(
                        Locale.ROOT,
                        "  round %2d   %-6s   %,6.0f   %,6.0f   ideal %,5.0f ms   %s%n",
                        number,
                        entry.getKey(),
                        round.capacity(),
                        round.perSecond(),
                        ideal(round),
                        round.took());
            }
        }
        return results;
    }

    /** Capacity before and after, because a machine that others use as well does not stay the same. */
    private Round round(ReactiveContender contender, Duration length) throws InterruptedException {
        double before = capacity(contender, length);
        TimedCallers.Result all = new TimedCallers(callers, rounds.warmUp(), length).run(Workload.READ1, contender);
        return new Round((before + capacity(contender, length)) / 2, all.perSecond(), all.took());
    }

    private double capacity(ReactiveContender contender, Duration length) throws InterruptedException {
        return new TimedCallers(CAPACITY_CALLERS, rounds.warmUp().dividedBy(4), length.dividedBy(4))
                .run(Workload.READ1, contender)
                .perSecond();
    }

    private double ideal(Round round) {
        return 1_000 * callers / round.capacity();
    }

    private void print(Map<String, List<Round>> results) {
        out.println();
        out.println("Medians of the rounds; the ratio is that within a round.");
        out.println();
        out.println("| | reads/s, " + CAPACITY_CALLERS + " callers | reads/s, all | ideal ms | median ms | p99 ms"
                + " | longest ms | p99 to ideal | least | most | |");
        out.println("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|");
        results.forEach((name, all) -> {
            Spread ratio = Spread.of(all.stream()
                    .mapToDouble(round -> round.took().millis(P99) / ideal(round))
                    .toArray());
            out.printf(
                    Locale.ROOT,
                    "| %s | %,.0f | %,.0f | %,.0f | %,.0f | %,.0f | %,.0f | %.2f | %.2f | %.2f | %s |%n",
                    name,
                    Spread.median(all, Round::capacity),
                    Spread.median(all, Round::perSecond),
                    Spread.median(all, this::ideal),
                    Spread.median(all, round -> round.took().millis(MEDIAN)),
                    Spread.median(all, round -> round.took().millis(P99)),
                    Spread.median(all, round -> round.took().millis(1)),
                    ratio.median(),
                    ratio.least(),
                    ratio.most(),
                    name.equals(OURS) ? verdict(ratio.median()) : "");
        });
    }

    private static String verdict(double ratio) {
        return String.format(Locale.ROOT, "target %.1f: %s", TARGET, ratio <= TARGET ? "reached" : "missed");
    }
}
