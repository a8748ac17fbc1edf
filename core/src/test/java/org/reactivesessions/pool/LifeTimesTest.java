package org.reactivesessions.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LifeTimesTest {

    private static final long MEAN = Duration.ofMinutes(30).toMillis();
    private static final long TENTH = Duration.ofMinutes(3).toMillis();

    /** Twenty connections that were opened in one moment. */
    @Test
    void endsMustBeSpreadOverATenthBeforeAndATenthBehind() {
        LifeTimes lives = new LifeTimes(Duration.ofMillis(MEAN), new Random(1)::nextDouble);
        long[] ends = LongStream.generate(() -> lives.next().toMillis())
                .limit(20)
                .sorted()
                .toArray();

        assertThat(ends[0]).isGreaterThanOrEqualTo(MEAN - TENTH);
        assertThat(ends[ends.length - 1]).isLessThanOrEqualTo(MEAN + TENTH);
        assertThat(ends[ends.length - 1] - ends[0]).isGreaterThan(2 * TENTH * 8 / 10);
    }

    @Test
    void theBoundsMustBeATenthAway() {
        assertThat(new LifeTimes(Duration.ofMinutes(30), () -> 0).next()).isEqualTo(Duration.ofMinutes(27));
        assertThat(new LifeTimes(Duration.ofMinutes(30), () -> 1).next()).isEqualTo(Duration.ofMinutes(33));
    }
}
