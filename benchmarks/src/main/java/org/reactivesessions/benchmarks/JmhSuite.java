package org.reactivesessions.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.reactivesessions.benchmarks.report.RunSize;

/**
 * A class of JMH benchmarks. Each round is a run of JMH of its own over all contenders, so that in a full run their forks are
 * interleaved. Immutable.
 *
 * @param name of the suite
 * @param benchmarks the class
 * @param known whom it can measure; none if it has no contenders to choose from
 * @param also values of its parameter that are no contenders
 * @param warmUps how many iterations of 2 s a fork of a full run has before those that count
 * @param reading what is read off a result
 */
record JmhSuite(String name, Class<?> benchmarks, Set<Entrant> known, List<String> also, int warmUps, Reading reading)
        implements Suite {

    private static final String LOCK = "jmh.ignoreLock";

    /** Takes the figures of a result. */
    @FunctionalInterface
    interface Reading {
        void read(RunResult result, Collected into);
    }

    /** How long JMH takes. */
    private record Effort(int rounds, int forks, int warmUps, int measured, Duration each) {}

    private Effort effort(RunSize size) {
        return size == RunSize.FULL
                ? new Effort(3, 1, warmUps, 2, Duration.ofSeconds(2))
                : new Effort(1, 0, 1, 1, Duration.ofMillis(200));
    }

    @Override
    public String method(RunSize size) {
        Effort effort = effort(size);
        return "JMH, " + effort.rounds() + (effort.rounds() == 1 ? " round" : " rounds") + ", "
                + (effort.forks() == 0 ? "no fork" : "a fork for each contender in each") + ", " + effort.measured()
                + " × "
                + effort.each().toMillis() + " ms after " + effort.warmUps() + " × "
                + effort.each().toMillis()
                + " ms of warm-up";
    }

    @Override
    public List<Entrant> among(List<Entrant> who) {
        return who.stream().filter(known::contains).toList();
    }

    @Override
    public void measure(Bench bench, RunSize size, List<Entrant> who, Collected into) throws RunnerException {
        Effort effort = effort(size);
        if (size == RunSize.SHORT && System.getProperty(LOCK) == null) {
            System.setProperty(LOCK, "true"); // its figures need not be alone on the machine
        }
        List<String> contenders = new ArrayList<>();
        who.forEach(entrant -> contenders.add(entrant.toString()));
        contenders.addAll(also);
        Runnable unshare = Ground.share(bench);
        try {
            for (int round = 1; round <= effort.rounds(); round++) {
                for (RunResult result : new Runner(
                                options(effort, Lineup.order(round, contenders)).build())
                        .run()) {
                    reading.read(result, into);
                }
            }
        } finally {
            unshare.run();
        }
    }

    private ChainedOptionsBuilder options(Effort effort, List<String> contenders) {
        TimeValue each = TimeValue.milliseconds(effort.each().toMillis());
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + benchmarks.getName().replace(".", "\\.") + "\\.")
                .forks(effort.forks())
                .jvmArgsAppend("-Xms1g", "-Xmx1g")
                .warmupIterations(effort.warmUps())
                .warmupTime(each)
                .measurementIterations(effort.measured())
                .measurementTime(each)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        return known.size() > 1 ? options.param("contender", contenders.toArray(String[]::new)) : options;
    }

    /** Throughput of callers who go on, and the processor time of one transaction. */
    static void steady(RunResult result, Collected into, Object... params) {
        double committed = counted(result, "committed");
        into.add(contender(result), "tx/s", committed, params);
        if (committed > 0) {
            into.add(contender(result), "cpu, µs", counted(result, "cpu") / committed, params);
        }
    }

    private static double counted(RunResult result, String counter) {
        return Objects.requireNonNull(result.getSecondaryResults().get(counter), counter)
                .getScore();
    }

    /** Median and 99th percentile of samples. */
    static void sampled(RunResult result, String unit, Collected into, Object... params) {
        String contender = contender(result);
        into.add(contender, "median, " + unit, percentile(result, 50), params);
        into.add(contender, "p99, " + unit, percentile(result, 99), params);
    }

    private static double percentile(RunResult result, double rank) {
        return result.getPrimaryResult().getStatistics().getPercentile(rank);
    }

    /** A parameter of the class. */
    static String param(RunResult result, String name) {
        return result.getParams().getParam(name);
    }

    /** Ours, if the class has no choice. */
    static String contender(RunResult result) {
        return result.getParams().getParamsKeys().contains("contender")
                ? param(result, "contender")
                : Entrant.OURS.toString();
    }
}
