package org.reactivesessions.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MeasurementTest {

    private static Measurement of(Double... values) {
        return new Measurement(Map.of(), "tx/s", List.of(values));
    }

    @Test
    void aRatioMustBeThatWithinTheRounds() {
        assertThat(of(90.0, 3_000.0, 110.0).to(of(100.0, 1_000.0, 100.0))).isEqualTo(new Spread(1.1, 0.9, 3));
    }

    @Test
    void roundsThatDoNotMatchMustBeRefused() {
        assertThatThrownBy(() -> of(1.0).to(of(1.0, 2.0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("needs the same rounds");
    }

    @Test
    void whatIsNoNumberMustBeRefused() {
        assertThatThrownBy(() -> of(Double.NaN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a finite value for each round");
        assertThatThrownBy(() -> of()).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theSpreadMustSayHowFarTheOutermostIs() {
        assertThat(of(90.0, 100.0, 150.0).spread().percent()).isEqualTo(50);
        assertThat(of(7.0).spread().percent()).isZero();
    }
}
