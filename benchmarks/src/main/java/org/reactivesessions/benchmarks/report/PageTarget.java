package org.reactivesessions.benchmarks.report;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A figure that this library is to reach. Immutable.
 *
 * @param figure what it is called
 * @param suite where it is measured
 * @param metric what is measured, with its unit
 * @param where its parameters, without the contender
 * @param against whose figure is 1; empty for a figure by itself
 * @param better which way
 * @param bound what it must reach
 */
record PageTarget(
        String figure,
        String suite,
        String metric,
        Map<String, String> where,
        Optional<String> against,
        Better better,
        double bound) {

    PageTarget {
        where = Map.copyOf(where);
    }

    /** What is measured; empty if it was not. */
    Optional<Double> reached(SuiteResult result) {
        return of(result, View.OURS)
                .flatMap(ours -> against.map(other ->
                                of(result, other).map(theirs -> ours.to(theirs).median()))
                        .orElseGet(() -> Optional.of(ours.spread().median())));
    }

    private Optional<Measurement> of(SuiteResult result, String contender) {
        return result.of(metric, where).stream()
                .filter(measurement -> measurement.has(Map.of(SuiteResult.CONTENDER, contender)))
                .findFirst();
    }

    /** The row of the table. */
    String row(Optional<SuiteResult> result) {
        Optional<Double> reached = result.flatMap(this::reached);
        return String.format(
                "| %s | %s | %s %s | %s | %s |",
                figure,
                against.map(other -> "of " + other).orElse(unit()),
                better == Better.HIGHER ? "≥" : "≤",
                against.isPresent() ? Figures.ratio(bound) : Figures.of(bound),
                reached.map(value -> against.isPresent() ? Figures.ratio(value) : Figures.of(value))
                        .orElse("–"),
                reached.map(value -> result.filter(Smoke::is).isPresent() ? Smoke.MARK : verdict(value))
                        .orElse("not measured"));
    }

    private String unit() {
        return metric.substring(metric.lastIndexOf(',') + 1).strip();
    }

    String verdict(double value) {
        boolean enough = better == Better.HIGHER ? value >= bound : value <= bound;
        return enough
                ? "reached"
                : String.format(Locale.ROOT, "**missed** by %.0f %%", Math.max(1, 100 * Math.abs(1 - value / bound)));
    }
}
