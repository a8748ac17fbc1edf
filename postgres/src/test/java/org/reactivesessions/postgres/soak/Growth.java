package org.reactivesessions.postgres.soak;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * Whether a figure grows. The slope is the median of the slopes between any two samples (Theil and Sen), so that what a fault does
 * for a while does not matter; times the length of the run it must not be more than the larger of a tenth of the median and an
 * allowance. The first fifth of the samples is left out: classes are loaded and buffers made then.
 *
 * @param what the figure
 * @param unit its unit, or nothing
 * @param median of all samples that count
 * @param grown what the slope comes to over the run
 * @param allowed what it may come to
 */
record Growth(String what, String unit, double median, double grown, double allowed) {

    static final String RULE =
            "flat is: the median slope between any two samples, those of the first fifth left out, times"
                    + " the length of the run is at most a tenth of the median, or the allowance if that is more";

    /** Fewer samples say nothing. */
    static final int FEWEST = 20;

    private static final int WARM_UP_PART = 5;

    static Growth of(String what, String unit, List<Sample> samples, ToLongFunction<Sample> figure, double allowance) {
        List<Sample> counting = samples.subList(samples.size() / WARM_UP_PART, samples.size());
        double[] seconds = counting.stream().mapToDouble(Sample::second).toArray();
        double[] figures = counting.stream().mapToDouble(figure::applyAsLong).toArray();
        double median = median(figures.clone());
        double[] slopes = IntStream.range(0, figures.length)
                .boxed()
                .flatMapToDouble(one -> IntStream.range(one + 1, figures.length)
                        .mapToDouble(other -> (figures[other] - figures[one]) / (seconds[other] - seconds[one])))
                .toArray();
        double grown = median(slopes) * samples.get(samples.size() - 1).second();
        return new Growth(what, unit, median, grown, Math.max(median / 10, allowance));
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    boolean isFlat() {
        return grown <= allowed;
    }
}
