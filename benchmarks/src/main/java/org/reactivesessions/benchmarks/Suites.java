package org.reactivesessions.benchmarks;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.openjdk.jmh.results.RunResult;

/** All suites, in the order in which they are measured. Stateless. */
final class Suites {

    private static final Set<Entrant> EVERYBODY = EnumSet.allOf(Entrant.class);

    /** JDBC reads the same rows on virtual threads. */
    static final Set<Entrant> ROW_READERS =
            EnumSet.of(Entrant.OURS, Entrant.BYHAND, Entrant.SPRING, Entrant.VERTX, Entrant.JDBC);

    private Suites() {}

    static List<Suite> all() {
        return List.of(
                new JmhSuite("overhead", TransactionOverhead.class, EVERYBODY, List.of(), Suites::overhead),
                new ThroughputSuite(),
                new JmhSuite("concurrency", ConcurrencySweep.class, EVERYBODY, List.of(), Suites::concurrency),
                new JmhSuite("latency", LatencySweep.class, EVERYBODY, List.of(), Suites::latency),
                new OpenLoadSuite(),
                new JmhSuite("rows", ResultSize.class, ROW_READERS, List.of(), Suites::rows),
                new SlowReadingSuite(),
                new CancelSuite(),
                new ContentionSuite(),
                new MarkerSuite(),
                new JmhSuite(
                        "acquisition",
                        WarmAcquisition.class,
                        EnumSet.of(Entrant.OURS, Entrant.BYHAND, Entrant.JDBC),
                        List.of(),
                        Suites::acquisition),
                new JmhSuite(
                        "health",
                        HealthTime.class,
                        EnumSet.of(Entrant.OURS),
                        List.of(),
                        (result, into) -> JmhSuite.sampled(result, "ms", into)),
                new JmhSuite(
                        "scope",
                        ScopeOverDirect.class,
                        EnumSet.of(Entrant.OURS, Entrant.BYHAND),
                        List.of(ScopeOverDirect.DIRECT),
                        (result, into) -> JmhSuite.steady(result, into, "callers", JmhSuite.param(result, "callers"))),
                new JmhSuite("floor", RawFloor.class, EnumSet.of(Entrant.OURS), List.of(), Suites::floor),
                new ExactSuite(),
                new WaitingSuite());
    }

    /**
     * Finds one by its name.
     *
     * @throws IllegalArgumentException if none has that name
     */
    static Suite named(String name) {
        return all().stream()
                .filter(suite -> suite.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name + " is no suite; choose from "
                        + all().stream().map(Suite::name).collect(Collectors.joining(", "))));
    }

    static void overhead(RunResult result, Collected into) {
        JmhSuite.sampled(
                result,
                "µs",
                into,
                "transaction",
                transaction(
                        Workload.valueOf(JmhSuite.param(result, "workload")),
                        Terms.valueOf(JmhSuite.param(result, "terms"))));
    }

    /** What the page calls a transaction. */
    static String transaction(Workload workload, Terms terms) {
        return workload + (terms == Terms.SETTINGS ? " with settings" : "");
    }

    private static void concurrency(RunResult result, Collected into) {
        JmhSuite.steady(result, into, "callers", JmhSuite.param(result, "callers"));
    }

    static void latency(RunResult result, Collected into) {
        JmhSuite.steady(
                result,
                into,
                "workload",
                JmhSuite.param(result, "workload"),
                "added ms per round trip",
                JmhSuite.param(result, "added"));
    }

    private static void rows(RunResult result, Collected into) {
        JmhSuite.sampled(result, "µs", into, "rows", JmhSuite.param(result, "rows"));
    }

    static void acquisition(RunResult result, Collected into) {
        JmhSuite.sampled(
                result,
                "ms",
                into,
                "callers",
                Integer.toString(result.getParams().getThreads()));
    }

    static void floor(RunResult result, Collected into) {
        List<String> name = Arrays.asList(result.getParams().getBenchmark().split("\\.", -1));
        into.add(
                name.get(name.size() - 1).equals("pipelined")
                        ? RawFloor.FLIGHT + " on their way at a time"
                        : "one after another",
                "per second",
                result.getPrimaryResult().getScore());
    }
}
