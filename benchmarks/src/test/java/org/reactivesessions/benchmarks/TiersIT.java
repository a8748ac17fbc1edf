package org.reactivesessions.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The program in smoke form, where PgBouncer is not installed: every other size is printed; its figures mean nothing. */
@Tag("program")
class TiersIT {

    /** The capacity and four rates of one instance, the capacity and one rate of two. */
    private static final int FIGURES = 7;

    @Test
    void everySizeWithoutPgBouncerMustBePrinted() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        new Tiers(
                        new Rounds(1, Duration.ofMillis(100), Duration.ofMillis(50)),
                        List.of(new Tier(1, 1, false), new Tier(2, 0, true)),
                        Optional.empty(),
                        new PrintStream(printed, true, StandardCharsets.UTF_8))
                .run();

        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                .filteredOn(line -> line.matches(
                        "\\| \\d+\\+\\d+ \\| [12] \\| (READ1|WRITE3) \\| [^|]+ \\| [0-9,]* \\|( [0-9.,]+ (% )?\\|){9}"))
                .hasSize(Workload.values().length * FIGURES);
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("PgBouncer is not installed");
    }
}
