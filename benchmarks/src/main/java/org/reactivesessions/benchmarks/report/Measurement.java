package org.reactivesessions.benchmarks.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One figure of a suite, once for each round. Immutable.
 *
 * @param params what it belongs to, such as {@code contender=ours}, in the order in which they are written
 * @param metric what was measured, with its unit
 * @param values one for each round
 */
public record Measurement(Map<String, String> params, String metric, List<Double> values) {

    /**
     * Copies what it is given.
     *
     * @throws IllegalArgumentException if there is no value, or one is no number
     */
    public Measurement {
        params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
        values = List.copyOf(values);
        if (values.isEmpty() || values.stream().anyMatch(value -> !Double.isFinite(value))) {
            throw new IllegalArgumentException(
                    metric + " of " + params + " must have a finite value for each round, but has " + values);
        }
    }

    /**
     * The middle of the rounds.
     *
     * @return with how far they lie apart
     */
    public Spread spread() {
        return Spread.of(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /**
     * This to another, round by round, because only what was measured in the same round met the same machine.
     *
     * @param other with as many rounds
     * @return the spread of the ratios
     * @throws IllegalArgumentException if the other one has another number of rounds
     */
    public Spread to(Measurement other) {
        if (values.size() != other.values.size()) {
            throw new IllegalArgumentException(metric + ": a ratio needs the same rounds, but " + params + " has "
                    + values.size() + " and " + other.params + " has " + other.values.size());
        }
        double[] ratios = new double[values.size()];
        for (int round = 0; round < ratios.length; round++) {
            ratios[round] = values.get(round) / other.values.get(round);
        }
        return Spread.of(ratios);
    }

    /**
     * Whether it has all of these parameters.
     *
     * @param wanted name and value of each
     * @return {@code true} if it has them, whatever others it has
     */
    public boolean has(Map<String, String> wanted) {
        return params.entrySet().containsAll(wanted.entrySet());
    }
}
