package org.reactivesessions.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Everything that this library has set itself and that a suite measures. Stateless. */
final class Targets {

    private static final String THROUGHPUT = "throughput";
    private static final String EXACT = "exact";
    private static final Map<String, String> NOWHERE = Map.of();

    /** A target and who is the measure of it. */
    private record Against(String other, double bound) {}

    private Targets() {}

    static List<PageTarget> all() {
        List<PageTarget> all = new ArrayList<>();
        for (String workload : List.of("READ1", "WRITE3")) {
            all.addAll(perSecond(
                    workload,
                    "loopback",
                    new Against("byhand", 1.0),
                    new Against("spring", 1.25),
                    new Against("jdbc-vt", 0.8)));
        }
        all.addAll(perSecond(
                "READ1",
                "0.5 ms each way",
                new Against("byhand", 1.9),
                new Against("spring", 1.9),
                new Against("vertx", 1.9),
                new Against("jdbc-vt", 1.4)));
        all.addAll(perSecond(
                "WRITE3",
                "0.5 ms each way",
                new Against("byhand", 1.4),
                new Against("spring", 1.4),
                new Against("vertx", 1.4),
                new Against("jdbc-vt", 1.1)));
        all.add(bytes("READ1", "byhand", 1.15));
        all.add(bytes("READ1", "spring", 0.7));
        all.add(bytes("READ1 with settings", "byhand", 1.0));
        all.add(own("heap for each of 10,000 callers who wait", "waiting", "bytes of heap for each", NOWHERE, 4_096));
        for (String network : List.of("loopback", "0.5 ms each way")) {
            all.add(own(
                    "p99 of 10,000 callers on 16 connections, " + network,
                    "waiting",
                    "p99 to the ideal queue, times",
                    Map.of("network", network),
                    1.5));
        }
        all.add(own("connection back after a query of 10,000,000 rows was cancelled", "cancel", "ms", NOWHERE, 60));
        all.add(new PageTarget(
                "WRITE3 with a commit marker, 0.5 ms each way, COMMIT flushes",
                "marker",
                "tx/s",
                Map.of("network", "0.5 ms each way"),
                Optional.of("ours, without"),
                Better.HIGHER,
                0.9));
        for (String callers : List.of("1", "16")) {
            Map<String, String> where = Map.of("callers", callers);
            String figure = "connection of a warm pool, callers: " + callers;
            all.add(own(figure + ", median", "acquisition", "median, ms", where, 0.2));
            all.add(own(figure + ", p99", "acquisition", "p99, ms", where, 10));
        }
        all.add(own("health(), loopback", "health", "median, ms", NOWHERE, 1));
        return all;
    }

    private static List<PageTarget> perSecond(String workload, String network, Against... others) {
        List<PageTarget> targets = new ArrayList<>();
        for (Against against : others) {
            targets.add(new PageTarget(
                    workload + " per second, " + network,
                    THROUGHPUT,
                    "tx/s",
                    Map.of("workload", workload, "network", network),
                    Optional.of(against.other()),
                    Better.HIGHER,
                    against.bound()));
        }
        return targets;
    }

    private static PageTarget bytes(String transaction, String other, double bound) {
        return new PageTarget(
                "bytes allocated, " + transaction,
                EXACT,
                "bytes",
                Map.of("transaction", transaction),
                Optional.of(other),
                Better.LOWER,
                bound);
    }

    private static PageTarget own(String figure, String suite, String metric, Map<String, String> where, double bound) {
        return new PageTarget(figure, suite, metric, where, Optional.empty(), Better.LOWER, bound);
    }
}
