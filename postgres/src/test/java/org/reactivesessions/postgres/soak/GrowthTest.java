package org.reactivesessions.postgres.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.reactivesessions.pool.PoolStatus;

/** What grows a little all the time is found among what goes up and down, and that alone. */
class GrowthTest {

    private static final PoolStatus POOL = new PoolStatus(0, 0, 0, 0, 1, 0, 0);
    private static final int SAMPLES = 180;

    private static Growth ofHeap(LongUnaryOperator kilobytes) {
        List<Sample> samples = LongStream.rangeClosed(1, SAMPLES)
                .mapToObj(number -> new Sample(10 * number, kilobytes.applyAsLong(number), 0, 0, 0, 0, POOL))
                .toList();
        return Growth.of("heap", "kB", samples, Sample::heap, 100);
    }

    @Test
    void whatGoesUpAndDownMustBeFlat() {
        Random random = new Random(1);
        assertThat(ofHeap(number -> 20_000 + random.nextInt(4_000)).isFlat()).isTrue();
    }

    @Test
    void whatAFaultDoesForAWhileMustBeFlat() {
        assertThat(ofHeap(number -> number % 7 == 0 ? 90_000 : 20_000).isFlat()).isTrue();
        assertThat(ofHeap(number -> number > SAMPLES - 20 ? 90_000 : 20_000).isFlat())
                .isTrue();
    }

    @Test
    void whatIsMadeAtTheBeginningMustNotCount() {
        assertThat(ofHeap(number -> Math.min(20_000, 1_000 * number)).isFlat()).isTrue();
    }

    /** A hundred bytes for each of 50 transactions a second are 9 MB in half an hour. */
    @Test
    void whatGrowsALittleAllTheTimeMustBeFound() {
        Random random = new Random(1);
        Growth growth = ofHeap(number -> 20_000 + 50 * number + random.nextInt(4_000));
        assertThat(growth.isFlat()).isFalse();
        assertThat(growth.grown()).isBetween(8_000.0, 10_000.0);
    }

    /** A connection that is lost every minute. */
    @Test
    void whatGrowsInStepsMustBeFound() {
        assertThat(ofHeap(number -> 500 + 10 * (number / 6)).isFlat()).isFalse();
    }
}
