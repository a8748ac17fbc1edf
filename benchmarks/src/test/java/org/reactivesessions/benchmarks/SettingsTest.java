package org.reactivesessions.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

    @Test
    void optionsMustBeRead() {
        String line = "--contenders jdbc-vt,ours --rounds 7 --seconds 2 --warm-up 4";

        assertThat(Settings.parse(line.split(" ", -1)))
                .isEqualTo(new Settings(
                        List.of(Entrant.JDBC_VT, Entrant.OURS),
                        new Rounds(7, Duration.ofSeconds(2), Duration.ofSeconds(4))));
    }

    @Test
    void withoutOptionsAllMustTakePart() {
        assertThat(Settings.parse().contenders()).containsExactly(Entrant.values());
    }

    @Test
    void theUsageMustNameAllContenders() {
        assertThat(Settings.USAGE).contains(List.of(Entrant.values()).toString().replaceAll("[\\[\\] ]", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--rounds",
                "--rounds 0",
                "--seconds x",
                "--fast 1",
                "--contenders nobody,ours",
                "--contenders byhand"
            })
    void anythingElseMustBeRefusedWithTheUsage(String line) {
        assertThatThrownBy(() -> Settings.parse(line.split(" ", -1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Usage:");
    }
}
