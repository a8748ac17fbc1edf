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

    private static final int WARM_UPS = 4;

    /** Their processes leave the compilers little of the processors, so what is measured stays slow for longer. */
    private static final int WARM_UPS_FOR_MANY_CONNECTIONS = 15;

    private Suites() {}

    private static JmhSuite usual(String name, Class<?> benchmarks, Set<Entrant> known, JmhSuite.Reading reading) {
        return new JmhSuite(name, benchmarks, known, List.of(), WARM_UPS, reading);
    }

    static List<Suite> all() {
        return List.of(
                usual("overhead", TransactionOverhead.class, EVERYBODY, Suites::overhead),
                new ThroughputSuite(),
                usual("concurrency", ConcurrencySweep.class, EVERYBODY, Suites::concurrency),
                usual("latency", LatencySweep.class, EVERYBODY, Suites::latency),
                new OpenLoadSuite(),
                usual("rows", ResultSize.class, ROW_READERS, Suites::rows),
                new SlowReadingSuite(),
                new CancelSuite(),
                new ContentionSuite(),
                new MarkerSuite(),
                usual(
                        "acquisition",
                        WarmAcquisition.class,
                        EnumSet.of(Entrant.OURS, Entrant.BYHAND, Entrant.JDBC),
                        Suites::acquisition),
                usual(
                        "health",
                        HealthTime.class,
                        EnumSet.of(Entrant.OURS),
                        (result, into) -> JmhSuite.sampled(result, "ms", into)),
                new JmhSuite(
                        "scope",
                        ScopeOverDirect.class,
                        EnumSet.of(Entrant.OURS, Entrant.BYHAND),
                        List.of(ScopeOverDirect.DIRECT),
                        WARM_UPS_FOR_MANY_CONNECTIONS,
                        (result, into) -> JmhSuite.steady(result, into, "callers", JmhSuite.param(result, "callers"))),
                usual("floor", RawFloor.class, EnumSet.of(Entrant.OURS), Suites::floor),
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
