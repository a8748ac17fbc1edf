package org.reactivesessions.benchmarks;

import java.sql.SQLException;
import java.util.List;
import java.util.SplittableRandom;
import org.reactivesessions.benchmarks.report.RunSize;

/** What can be counted: round trips, messages, bytes allocated. */
final class ExactSuite implements Suite {

    private static int transactions(RunSize size) {
        return size == RunSize.FULL ? 20_000 : 1_000;
    }

    private static int rounds(RunSize size) {
        return size == RunSize.FULL ? 3 : 1;
    }

    @Override
    public String name() {
        return "exact";
    }

    @Override
    public String method(RunSize size) {
        return "round trips once on warm connections, bytes over " + transactions(size)
                + " transactions after as many to warm up, rounds: " + rounds(size);
    }

    /** JDBC sends the same on virtual threads, whose bytes the JVM does not tell. */
    @Override
    public List<Entrant> among(List<Entrant> who) {
        return who.stream().filter(entrant -> entrant != Entrant.JDBC_VT).toList();
    }

    @Override
    public void measure(Bench bench, RunSize size, List<Entrant> who, Collected into) throws SQLException {
        for (Entrant entrant : who) {
            RoundTripsOf.traffic(bench, entrant)
                    .forEach((scope, counted) -> counted.ifPresent(traffic -> {
                        into.add(entrant, "round trips", (double) traffic.flights(), "scope", scope);
                        into.add(
                                entrant,
                                "messages",
                                (double) traffic.clientFrames() + traffic.serverFrames(),
                                "scope",
                                scope);
                    }));
        }
        for (Workload workload : Workload.values()) {
            for (Terms terms : Terms.values()) {
                for (Entrant entrant : who) {
                    bench.tidy();
                    try (Contender contender = entrant.open(bench.direct(), terms)) {
                        bytes(contender, workload, transactions(size)); // to warm up
                        for (int round = 1; round <= rounds(size); round++) {
                            into.add(
                                    entrant,
                                    "bytes",
                                    bytes(contender, workload, transactions(size)),
                                    "transaction",
                                    Suites.transaction(workload, terms));
                        }
                    }
                }
            }
        }
    }

    private static double bytes(Contender contender, Workload workload, int transactions) {
        SplittableRandom random = new SplittableRandom(1);
        return Allocations.ofAllThreads(transactions, () -> contender.once(workload, random.nextInt(Bench.ACCOUNTS)))
                .bytes();
    }
}
