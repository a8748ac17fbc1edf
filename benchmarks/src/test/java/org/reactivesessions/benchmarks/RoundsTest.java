package org.reactivesessions.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoundsTest {

    @Test
    void optionsMustBeRead() {
        assertThat(Rounds.parse("--rounds", "7", "--seconds", "2", "--warm-up", "4"))
                .isEqualTo(new Rounds(7, Duration.ofSeconds(2), Duration.ofSeconds(4)));
        assertThat(Rounds.parse()).isEqualTo(Rounds.DEFAULTS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--rounds", "--rounds 0", "--seconds x", "--warm-up -1", "--csv figures.csv"})
    void anythingElseMustBeRefusedWithTheUsage(String line) {
        assertThatThrownBy(() -> Rounds.parse(line.split(" ", -1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Usage:");
    }
}
