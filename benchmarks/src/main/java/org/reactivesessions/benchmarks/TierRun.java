package org.reactivesessions.benchmarks;

import java.io.PrintStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.reactivesessions.benchmarks.Peaks.Seen;
import org.reactivesessions.benchmarks.report.Spread;

/** One size of the pool under load, with some instances. Its pools are new for every figure. Not thread-safe. */
final class TierRun {

    static final String HEAD =
            "| size | instances | transaction | load | arrive/s | served/s | median ms | p99 ms | turned away"
                    + " | of them timed out | most open | beyond core | most waiting | server sessions |\n"
                    + "|---|---:|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|";

    private static final int CALLERS_PER_CONNECTION = 4;
    private static final double MEDIAN = 0.5;
    private static final double P99 = 0.99;
    private static final double PERCENT = 100;

    private final Tier tier;
    private final int instances;
    private final Bench bench;
    private final Endpoint endpoint;
    private final Rounds rounds;
    private final PrintStream out;

    TierRun(Tier tier, int instances, Bench bench, Endpoint endpoint, Rounds rounds, PrintStream out) {
        this.tier = tier;
        this.instances = instances;
        this.bench = bench;
        this.endpoint = endpoint;
        this.rounds = rounds;
        this.out = out;
    }

    /**
     * What one figure is made of.
     *
     * @param perSecond transactions per second
     * @param took how long they took
     * @param turnedAway the share of those who got no connection
     * @param timedOut how many of them waited for one
     * @param seen the most that was open
     */
    private record Sample(double perSecond, Latencies took, double turnedAway, long timedOut, Seen seen) {}

    /** What is measured. */
    @FunctionalInterface
    private interface Run {
        Sample on(Fleet fleet, Peaks peaks) throws InterruptedException;
    }

    /**
     * Measures how many a second there can be, and then what becomes of those who come at a rate of their own.
     *
     * @param loads percent of what there can be
     */
    void measure(Workload workload, List<Integer> loads) throws SQLException, InterruptedException {
        List<Sample> closed = repeat(this::closed, workload);
        double capacity = Spread.median(closed, Sample::perSecond);
        print(workload, callers() + " callers", "", closed);
        for (int load : loads) {
            double rate = capacity * load / PERCENT;
            print(
                    workload,
                    load + " %",
                    String.format(Locale.ROOT, "%,.0f", rate),
                    repeat(which -> open(which, rate), workload));
        }
    }

    private int callers() {
        return CALLERS_PER_CONNECTION * tier.most() * instances;
    }

    /** Lets this JVM and the server do it for some time. */
    void warmUp(Workload workload) throws SQLException, InterruptedException {
        bench.tidy();
        try (Fleet fleet = new Fleet(tier, instances, endpoint)) {
            new TimedCallers(callers(), Duration.ZERO, rounds.warmUp()).run(workload, fleet);
        }
    }

    private Run closed(Workload workload) {
        return (fleet, peaks) -> {
            Duration settling = rounds.length().dividedBy(Arrivals.SETTLING);
            TimedCallers.Result result =
                    new TimedCallers(callers(), settling, rounds.length().minus(settling)).run(workload, fleet);
            return new Sample(result.perSecond(), result.took(), 0, 0, peaks.end());
        };
    }

    private Run open(Workload workload, double rate) {
        return (fleet, peaks) -> {
            Arrivals.Result result = new Arrivals(rate, rounds.length()).run(workload, fleet);
            return new Sample(result.perSecond(), result.took(), result.turnedAway(), fleet.timeouts(), peaks.end());
        };
    }

    private List<Sample> repeat(Function<Workload, Run> kind, Workload workload)
            throws SQLException, InterruptedException {
        List<Sample> samples = new ArrayList<>();
        for (int number = 1; number <= rounds.number(); number++) {
            bench.tidy();
            try (Fleet fleet = new Fleet(tier, instances, endpoint);
                    Peaks peaks = Peaks.of(fleet, endpoint.database())) {
                samples.add(kind.apply(workload).on(fleet, peaks));
            }
        }
        return samples;
    }

    private void print(Workload workload, String load, String rate, List<Sample> samples) {
        Seen most = samples.stream().map(Sample::seen).reduce(Seen::max).orElseThrow();
        out.printf(
                Locale.ROOT,
                "| %s | %d | %s | %s | %s | %,.0f | %.1f | %.1f | %.1f %% | %,d | %d | %d | %d | %d |%n",
                tier,
                instances,
                workload,
                load,
                rate,
                Spread.median(samples, Sample::perSecond),
                Spread.median(samples, sample -> sample.took().millis(MEDIAN)),
                Spread.median(samples, sample -> sample.took().millis(P99)),
                Spread.median(samples, sample -> PERCENT * sample.turnedAway()),
                samples.stream().mapToLong(Sample::timedOut).sum(),
                most.allocated(),
                most.overflow(),
                most.pending(),
                most.sessions());
    }
}
