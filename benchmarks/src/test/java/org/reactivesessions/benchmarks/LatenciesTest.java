package org.reactivesessions.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatenciesTest {

    @Test
    void aShareMustBeTheTimeThatSoManyCallsDidNotExceed() {
        long[] descending = LongStream.rangeClosed(1, 1000)
                .map(number -> (1001 - number) * 1_000_000)
                .toArray();

        Latencies latencies = new Latencies(descending);

        assertThat(latencies.millis(0.5)).isEqualTo(500);
        assertThat(latencies.millis(0.99)).isEqualTo(990);
        assertThat(latencies)
                .hasToString("median 500.000   p99 990.000   p99.9 999.000   max 1000.000 ms   1,000 samples");
    }

    @Test
    void oneSampleMustBeEveryShare() {
        Latencies latencies = new Latencies(2_000_000);

        assertThat(latencies.millis(0.001)).isEqualTo(2);
        assertThat(latencies.millis(1)).isEqualTo(2);
    }

    @Test
    void noSampleMustBeRefused() {
        assertThatThrownBy(Latencies::new)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one");
    }
}
