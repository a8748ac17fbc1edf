package org.reactivesessions.orders.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Requests come as at random: as many as asked for, some of them together, and the same ones again for the same seed. */
class ArrivalsTest {

    private static final Duration TIME = Duration.ofSeconds(20);

    private final long[] due = new Arrivals(1_000, TIME, 7).dueNanos();

    @Test
    void thereMustBeAsManyAsAskedFor() {
        assertThat((double) due.length).isCloseTo(20_000, within(500.0));
        assertThat(due).isSorted();
        assertThat(due[due.length - 1]).isLessThan(TIME.toNanos());
    }

    /** The deviation of an exponential gap is its mean; a tenth of them are shorter than a tenth of it. */
    @Test
    void gapsMustBeExponential() {
        double[] gaps = IntStream.range(1, due.length)
                .mapToDouble(number -> (due[number] - due[number - 1]) / 1e6)
                .toArray();
        double mean = Arrays.stream(gaps).average().orElseThrow();
        double deviation = Math.sqrt(Arrays.stream(gaps)
                .map(gap -> (gap - mean) * (gap - mean))
                .average()
                .orElseThrow());

        assertThat(mean).isCloseTo(1, within(0.03));
        assertThat(deviation).isCloseTo(mean, within(0.05));
        assertThat((double) Arrays.stream(gaps).filter(gap -> gap < 0.1).count() / gaps.length)
                .isCloseTo(0.095, within(0.01));
    }

    @Test
    void theSameSeedMustMakeTheSameMoments() {
        assertThat(new Arrivals(1_000, TIME, 7).dueNanos()).isEqualTo(due);
        assertThat(new Arrivals(1_000, TIME, 8).dueNanos()).isNotEqualTo(due);
    }

    @Test
    void noneMustBeGivenOutBeforeItIsDue() {
        Arrivals few = new Arrivals(1_000, Duration.ofMillis(100), 7);
        long begin = System.nanoTime();

        List<Long> early = few.from(begin)
                .map(nanos -> System.nanoTime() - begin - nanos)
                .collectList()
                .blockOptional(Duration.ofSeconds(30))
                .orElseThrow();

        assertThat(early).hasSameSizeAs(few.dueNanos()).allMatch(late -> late >= 0);
    }
}
