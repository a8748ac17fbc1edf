package org.reactivesessions.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The program in smoke form: it measures everything it names; its figures mean nothing. That round trips are equal is asserted beside. */
@Tag("program")
class MarkerCostIT {

    @Test
    void everyComparisonMustBePrinted() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        new MarkerCost(
                        new Rounds(1, Duration.ofMillis(50), Duration.ofMillis(50)),
                        new PrintStream(printed, true, StandardCharsets.UTF_8))
                .run();

        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                .filteredOn(line -> line.matches("\\| (no marker|marker\\(.*\\)) \\|( [0-9,.]+ \\|){4}.*"))
                .as("markings, on each network of each server")
                .hasSize(Marked.values().length * Network.values().length * Flushing.values().length);
        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                .filteredOn(line -> line.matches(".* target 0\\.90: (reached|missed) \\|"))
                .hasSize(2);
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("server    fsync off, synchronous_commit on, full_page_writes on")
                .contains("server    fsync on, synchronous_commit on, full_page_writes on")
                .containsPattern("markers   [0-9,]+, each [0-9.]+ bytes")
                .containsPattern("log       [0-9]+ bytes for one WRITE3 with marker\\(ALWAYS\\)");
    }
}
