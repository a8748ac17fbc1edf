package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeoutLadderTest {

    @ParameterizedTest
    @CsvSource({
        "PT-5S, 1",
        "PT0S, 1",
        "PT0.000000001S, 1",
        "PT0.001S, 1",
        "PT0.001000001S, 2",
        "PT0.003S, 5",
        "PT0.006S, 10",
        "PT0.1S, 100",
        "PT0.1001S, 200",
        "PT0.3S, 500",
        "PT4.9S, 5000",
        "PT5S, 5000",
        "PT30S, 50000",
        "PT1H, 5000000",
        "PT555H, 2000000000",
        "PT600H, 2000000000"
    })
    void aTimeoutMustBeRoundedUp(Duration timeout, int millis) {
        assertThat(TimeoutLadder.millis(timeout)).isEqualTo(millis);
    }

    @Test
    void noDurationMustBeTooLongOrTooShort() {
        assertThat(TimeoutLadder.millis(Duration.ofSeconds(Long.MAX_VALUE, 999_999_999)))
                .isEqualTo(2_000_000_000);
        assertThat(TimeoutLadder.millis(Duration.ofSeconds(Long.MIN_VALUE))).isEqualTo(1);
    }

    @Test
    void everyTimeoutMustStandOnOneOfFewRungsThatIsNotShorter() {
        Random random = new Random(16);
        Set<Integer> rungs = new TreeSet<>();
        for (int i = 0; i < 100_000; i++) {
            long nanos = random.nextLong() >>> (1 + random.nextInt(62));
            int millis = TimeoutLadder.millis(Duration.ofNanos(nanos));
            rungs.add(millis);
            boolean reaches = millis == TimeoutLadder.TOP || millis * 1_000_000L >= nanos;
            assertThat(reaches).as("%s ns on %s ms", nanos, millis).isTrue();
            assertThat(millis == 1 || millis * 400_000L < nanos)
                    .as("%s ns on %s ms, at most 2.5 times as long", nanos, millis)
                    .isTrue();
        }
        assertThat(rungs).hasSize(29).contains(1, 2, 5, 10, 500_000, 2_000_000_000);
    }
}
