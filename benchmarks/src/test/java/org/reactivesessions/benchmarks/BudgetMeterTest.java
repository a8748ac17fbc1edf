package org.reactivesessions.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BudgetMeterTest {

    @Test
    void neitherTheLeastNorTheLargestMustCountIfItIsRare() {
        assertThat(BudgetMeter.mostFrequent(List.of(41_144L, 38_224L, 41_112L, 41_112L, 99_000L)))
                .isEqualTo(41_112);
    }

    @Test
    void amongEquallyFrequentOnesTheLeastMustCount() {
        assertThat(BudgetMeter.mostFrequent(List.of(3L, 2L, 3L, 2L, 1L))).isEqualTo(2);
    }
}
