package org.reactivesessions.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The program in smoke form: everybody waits, is served, and is printed; its figures mean nothing. */
@Tag("program")
class WaitingCallersIT {

    private static final int CALLERS = 200;

    @Test
    void everyFigureMustBePrinted() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        new WaitingCallers(
                        new Rounds(1, Duration.ofMillis(400), Duration.ofMillis(100)),
                        CALLERS,
                        new PrintStream(printed, true, StandardCharsets.UTF_8))
                .run();

        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                .filteredOn(line ->
                        line.matches("\\| (ours|byhand|Mono\\.never.*) \\|( -?[0-9,]+ \\|){6} (target .*)? \\|"))
                .as("memory of nobody, ours and by hand")
                .hasSize(3);
        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                .filteredOn(line -> line.matches("\\| (ours|byhand) \\|( [0-9,]+ \\|){6}( [0-9.]+ \\|){3}.*"))
                .as("times of ours and by hand on each network")
                .hasSize(2 * Network.values().length);
        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                .filteredOn(line -> line.matches(".* target [0-9.,]+: (reached|missed) \\|"))
                .hasSize(1 + Network.values().length);
    }
}
