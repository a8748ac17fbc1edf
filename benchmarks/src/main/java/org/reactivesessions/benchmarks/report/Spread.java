package org.reactivesessions.benchmarks.report;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The middle of some figures and how far they lie apart.
 *
 * @param median the middle one, or the mean of the middle two
 * @param least the smallest
 * @param most the largest
 */
public record Spread(double median, double least, double most) {

    /**
     * Computes it.
     *
     * @param figures in any order
     * @return their spread
     * @throws IllegalArgumentException if there are no figures
     */
    public static Spread of(double... figures) {
        if (figures.length == 0) {
            throw new IllegalArgumentException("a median needs at least one figure, but there was none");
        }
        double[] sorted = figures.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    /**
     * The median of a figure of many things.
     *
     * @param <T> what has a figure
     * @param all the things
     * @param figure the figure of one
     * @return the median
     * @throws IllegalArgumentException if there are no things
     */
    public static <T> double median(List<T> all, ToDoubleFunction<T> figure) {
        return of(all.stream().mapToDouble(figure).toArray()).median();
    }

    /**
     * How far the outermost lies from the middle.
     *
     * @return percent of the median; 0 if there is one figure only
     */
    public double percent() {
        return median == 0 ? 0 : 100 * Math.max(most - median, median - least) / median;
    }
}
