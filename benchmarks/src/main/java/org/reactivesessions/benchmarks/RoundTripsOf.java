package org.reactivesessions.benchmarks;

import java.io.PrintStream;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.proxy.RoundTrips;
import org.reactivesessions.testkit.proxy.RoundTrips.Traffic;
import org.reactivesessions.testkit.server.PostgresServer;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.server.TestServers;

/**
 * How many round trips does a transaction cost? Counted on the wire by a proxy, on warm connections, so the figures are exact
 * and the same on every machine.
 */
public final class RoundTripsOf {

    private static final String COMMAND = "mvn -q -pl benchmarks -am compile exec:exec -Dbenchmarks.skip=false"
            + " -Dbenchmarks.program=RoundTripsOf";

    /** So often that also a driver that prepares a text on the server only when it is often used has done so. */
    private static final int WARM_UP = 10;

    /** JDBC sends the same on virtual threads. */
    private static final List<Entrant> CONTENDERS =
            List.of(Entrant.OURS, Entrant.OURS_UNGUARDED, Entrant.BYHAND, Entrant.SPRING, Entrant.VERTX, Entrant.JDBC);

    private final PrintStream out;

    RoundTripsOf(PrintStream out) {
        this.out = out;
    }

    /**
     * Runs the program and ends the JVM.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        Program.run(arguments, given -> new RoundTripsOf(System.out).run());
    }

    private void run() throws SQLException {
        PostgresServer server = TestServers.current();
        out.println(Program.command(COMMAND));
        EnvironmentBlock.lines(server).forEach(out::println);
        Map<Entrant, Map<CountedScope, OptionalLong>> counts = new EnumMap<>(Entrant.class);
        try (TestDatabase database = server.freshDatabase();
                Bench bench = Bench.on(database)) {
            for (Entrant contender : CONTENDERS) {
                counts.put(contender, count(bench, contender));
            }
        }
        print(counts);
    }

    /** Counts the round trips of every scope of a contender; empty for one that it has not. */
    static Map<CountedScope, OptionalLong> count(Bench bench, Entrant contender) {
        Map<CountedScope, OptionalLong> counts = new EnumMap<>(CountedScope.class);
        traffic(bench, contender)
                .forEach((scope, traffic) -> counts.put(
                        scope,
                        traffic.map(Traffic::flights).map(OptionalLong::of).orElseGet(OptionalLong::empty)));
        return counts;
    }

    /** Counts what goes over the wire for every scope of a contender; empty for one that it has not. */
    static Map<CountedScope, Optional<Traffic>> traffic(Bench bench, Entrant contender) {
        Map<CountedScope, Optional<Traffic>> counts = new EnumMap<>(CountedScope.class);
        try (FaultProxy proxy = bench.proxy();
                CountedScopes scopes = CountedScopes.of(contender, bench.through(proxy))) {
            for (CountedScope scope : CountedScope.values()) {
                counts.put(scope, scopes.of(scope).map(run -> traffic(proxy, run)));
            }
        }
        return counts;
    }

    private static Traffic traffic(FaultProxy proxy, Runnable scope) {
        for (int i = 0; i < WARM_UP; i++) {
            scope.run();
        }
        try (RoundTrips count = proxy.countRoundTrips()) {
            scope.run();
            // All of it is on one connection; what else there is, such as a look at the database's health, is no
            // scope's.
            return count.perLink().stream()
                    .max(Comparator.comparingLong(Traffic::flights))
                    .orElse(new Traffic(0, 0, 0, 0, 0, 0));
        }
    }

    private void print(Map<Entrant, Map<CountedScope, OptionalLong>> counts) {
        out.println();
        out.println(
                "Round trips of one scope; in brackets its budget, n being its statements. - is one that a contender has"
                        + " not.");
        out.println();
        out.println("| scope | "
                + counts.keySet().stream().map(Entrant::toString).collect(Collectors.joining(" | ")) + " |");
        out.println("|---|" + "---|".repeat(counts.size()));
        Arrays.stream(CountedScope.values())
                .map(scope -> "| " + scope + " | "
                        + counts.entrySet().stream()
                                .map(column -> cell(
                                        scope,
                                        column.getKey(),
                                        column.getValue().getOrDefault(scope, OptionalLong.empty())))
                                .collect(Collectors.joining(" | "))
                        + " |")
                .forEach(out::println);
    }

    static String cell(CountedScope scope, Entrant contender, OptionalLong count) {
        Extra budget = scope.budget(contender);
        if (count.isEmpty()) {
            return "- (" + budget + ")";
        }
        long extra = count.getAsLong() - scope.statements();
        return String.format(
                Locale.ROOT, "%d = n + %d (%s)%s", count.getAsLong(), extra, budget, remark(budget, extra));
    }

    private static String remark(Extra budget, long extra) {
        if (budget.allows(extra)) {
            return "";
        }
        return extra > budget.most() ? " over" : " under";
    }
}
