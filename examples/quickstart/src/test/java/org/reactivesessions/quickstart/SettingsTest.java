package org.reactivesessions.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

    @Test
    void seedMustBeRead() {
        assertThat(Settings.parse("--seed", "7").seed()).isEqualTo(7);
    }

    @Test
    void seedMustBeChosenWhenNoneIsGiven() {
        assertThat(Settings.parse().seed()).isNotNegative();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--seed", "--seed x", "--cancels 3", "--seed 1 2"})
    void anythingElseMustBeRefusedWithTheUsage(String line) {
        assertThatThrownBy(() -> Settings.parse(line.split(" ", -1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Usage: --seed <number>");
    }
}
