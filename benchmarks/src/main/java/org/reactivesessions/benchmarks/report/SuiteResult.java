package org.reactivesessions.benchmarks.report;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one suite gave. Immutable.
 *
 * @param suite its name, which is that of its file
 * @param size how long it was measured
 * @param method how it was measured: rounds, forks, warm-up
 * @param environment where, line by line
 * @param measurements in the order in which they are shown
 */
public record SuiteResult(
        String suite, RunSize size, String method, List<String> environment, List<Measurement> measurements) {

    /** The parameter that says who was measured. */
    public static final String CONTENDER = "contender";

    /** Copies what it is given. */
    public SuiteResult {
        environment = List.copyOf(environment);
        measurements = List.copyOf(measurements);
    }

    /**
     * The measurements of a metric.
     *
     * @param metric with its unit
     * @param where parameters they must have
     * @return in their order
     */
    public List<Measurement> of(String metric, Map<String, String> where) {
        return measurements.stream()
                .filter(measurement -> measurement.metric().equals(metric) && measurement.has(where))
                .toList();
    }

    /**
     * The only measurement of a metric.
     *
     * @param metric with its unit
     * @param where all parameters that tell it from others
     * @return the first that has them; empty if it was not measured
     */
    public Optional<Measurement> one(String metric, Map<String, String> where) {
        return of(metric, where).stream().findFirst();
    }

    /**
     * The values that a parameter has.
     *
     * @param among measurements
     * @param param name of the parameter
     * @return each once, in the order in which they come
     */
    static List<String> values(List<Measurement> among, String param) {
        return among.stream()
                .flatMap(measurement -> Optional.ofNullable(measurement.params().get(param)).stream())
                .distinct()
                .toList();
    }
}
