package org.reactivesessions.orders.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The capacity is the last rate that was kept up with, whichever side of it the search began on. */
class CapacityTest {

    private final List<Double> tried = new ArrayList<>();

    private double searched(double begin, double limit) {
        return Capacity.from(begin, rate -> {
            tried.add(rate);
            return rate <= limit;
        });
    }

    @Test
    void itMustBeFoundFromBelow() {
        assertThat(searched(1_000, 1_250)).isCloseTo(1_200, within(1e-6));
        assertThat(tried).containsExactly(1_000.0, 1_100.0, 1_200.0, 1_300.0);
    }

    @Test
    void itMustBeFoundFromAbove() {
        assertThat(searched(1_000, 750)).isCloseTo(700, within(1e-6));
        assertThat(tried).containsExactly(1_000.0, 900.0, 800.0, 700.0);
    }

    @Test
    void noCapacityMustNotBeMadeUp() {
        assertThatThrownBy(() -> searched(1_000, 0)).hasMessageContaining("keeps up with no rate");
        assertThatThrownBy(() -> searched(1_000, 1e9)).hasMessageContaining("begin higher");
    }
}
