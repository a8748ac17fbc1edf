package org.reactivesessions.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program in smoke form: everybody runs everywhere in every round; its figures mean nothing. */
class InterleavedThroughputIT {

    private static final int ROUNDS = 1;

    @Test
    void everybodyMustRunInEveryRound(@TempDir Path folder) throws Exception {
        Path csv = folder.resolve("figures.csv");
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        List<Entrant> entrants = Arrays.stream(Entrant.values())
                .filter(entrant -> entrant.obstacle().isEmpty())
                .toList();

        ThroughputRecord record = new InterleavedThroughput(
                        new Settings(
                                List.of(Entrant.values()),
                                new Rounds(ROUNDS, Duration.ofMillis(50), Duration.ofMillis(50)),
                                csv),
                        new PrintStream(printed, true, StandardCharsets.UTF_8))
                .run();

        assertThat(record.figures())
                .hasSize(Network.values().length * Workload.values().length * ROUNDS * entrants.size());
        assertThat(Comparison.of(record.figures()))
                .hasSize(Network.values().length * Workload.values().length)
                .allSatisfy(comparison -> assertThat(comparison.contenders()).containsExactlyElementsOf(entrants))
                .allSatisfy(comparison ->
                        assertThat(comparison.ratio(Entrant.BYHAND).least()).isPositive());
        assertThat(record.lines()).isEqualTo(Files.readAllLines(csv));
        // Whoever is left out is named.
        String report = printed.toString(StandardCharsets.UTF_8);
        assertThat(Entrant.values())
                .allSatisfy(entrant -> assertThat(report)
                        .contains(entrants.contains(entrant) ? "| " + entrant + " |" : "left out  " + entrant + ": "));
    }
}
