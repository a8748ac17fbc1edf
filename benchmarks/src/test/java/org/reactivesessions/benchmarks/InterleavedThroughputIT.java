package org.reactivesessions.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The program in smoke form: everybody runs everywhere in every round; its figures mean nothing. */
class InterleavedThroughputIT {

    private static final int ROUNDS = 1;

    @Test
    void everybodyMustRunInEveryRound() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        List<Entrant> entrants = Arrays.stream(Entrant.values())
                .filter(entrant -> entrant.obstacle().isEmpty())
                .toList();

        List<Figure> figures = new InterleavedThroughput(
                        new Settings(
                                List.of(Entrant.values()),
                                new Rounds(ROUNDS, Duration.ofMillis(50), Duration.ofMillis(50))),
                        new PrintStream(printed, true, StandardCharsets.UTF_8))
                .run();

        assertThat(figures).hasSize(Network.values().length * Workload.values().length * ROUNDS * entrants.size());
        assertThat(Comparison.of(figures))
                .hasSize(Network.values().length * Workload.values().length)
                .allSatisfy(comparison -> assertThat(comparison.contenders()).containsExactlyElementsOf(entrants))
                .allSatisfy(comparison ->
                        assertThat(comparison.ratio(Entrant.BYHAND).least()).isPositive());
        // Whoever is left out is named.
        String report = printed.toString(StandardCharsets.UTF_8);
        assertThat(Entrant.values())
                .allSatisfy(entrant -> assertThat(report)
                        .contains(entrants.contains(entrant) ? "| " + entrant + " |" : "left out  " + entrant + ": "));
    }
}
