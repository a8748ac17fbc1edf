package org.reactivesessions.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The program in smoke form: it measures every way of being watched twice; its figures mean nothing. */
class ObservationOverheadIT {

    @Test
    void everyWayOfBeingWatchedMustBePrinted() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        new ObservationOverhead(
                        new Rounds(1, Duration.ofMillis(50), Duration.ofMillis(50)),
                        new ObservationOverhead.Effort(2, 30),
                        new PrintStream(printed, true, StandardCharsets.UTF_8))
                .run();

        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                .filteredOn(line -> line.matches("\\| (nothing|the defaults|and an? [a-z]+) \\|( [0-9,.]+ \\|){6}"
                        + " target (<= 1\\.10|>= 0\\.97): (reached|missed) \\|"))
                .hasSize(2 * Watching.values().length);
    }
}
