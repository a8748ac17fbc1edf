package org.reactivesessions.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.benchmarks.ClosedLoop.Sample;

class RoundsTest {

    @Test
    void theMedianRatioMustBeThatOfTheRounds() {
        Rounds rounds = new Rounds();
        rounds.add(round(90, 100));
        rounds.add(round(300, 100));
        rounds.add(round(110, 100));

        assertThat(rounds)
                .hasToString("ours / byhand: throughput median 1.100 (0.900 to 3.000);"
                        + " per processor second median 0.500 (0.500 to 0.500); 3 rounds");
    }

    @Test
    void theMedianOfAnEvenNumberMustLieBetweenTheMiddleTwo() {
        Rounds rounds = new Rounds();
        rounds.add(round(90, 100));
        rounds.add(round(110, 100));

        assertThat(rounds.toString()).contains("throughput median 1.000 (0.900 to 1.100)");
    }

    private static Rounds.Round round(double ours, double byHand) {
        return new Rounds.Round(new Sample(ours, 20), new Sample(byHand, 10));
    }

    @Test
    void optionsMustBeRead() {
        assertThat(Settings.parse("--rounds", "7", "--seconds", "2", "--csv", "figures.csv"))
                .isEqualTo(new Settings(7, Duration.ofSeconds(2), Path.of("figures.csv")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--rounds", "--rounds 0", "--rounds x", "--fast 1"})
    void anythingElseMustBeRefusedWithTheUsage(String line) {
        assertThatThrownBy(() -> Settings.parse(line.split(" ", -1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Usage:");
    }
}
