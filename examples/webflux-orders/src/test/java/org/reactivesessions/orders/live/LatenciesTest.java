package org.reactivesessions.orders.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class LatenciesTest {

    private final Latencies latencies = new Latencies();

    @Test
    void percentilesMustBeRightToFiveInAHundred() {
        for (int millis = 1; millis <= 1_000; millis++) {
            latencies.record(millis * 1_000_000L);
        }

        Latencies.Percentiles seen = latencies.drain();

        assertThat(seen.count()).isEqualTo(1_000);
        assertThat(seen.p50()).isCloseTo(500, Percentage.withPercentage(5));
        assertThat(seen.p99()).isCloseTo(990, Percentage.withPercentage(5));
    }

    @Test
    void aLookMustBeginAnew() {
        latencies.record(5_000_000);
        latencies.drain();

        assertThat(latencies.drain()).isEqualTo(new Latencies.Percentiles(0, 0, 0));
    }

    @Test
    void extremesMustBeKept() {
        latencies.record(0);
        latencies.record(Long.MAX_VALUE);

        Latencies.Percentiles seen = latencies.drain();

        assertThat(seen.p50()).isCloseTo(0.01, within(0.001));
        assertThat(seen.p99()).isGreaterThan(60_000);
    }
}
