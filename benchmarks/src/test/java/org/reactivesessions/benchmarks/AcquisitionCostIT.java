package org.reactivesessions.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.reactivesessions.benchmarks.AcquisitionCost.Effort;

/** The program in smoke form: it measures everything it names; its figures mean nothing. */
class AcquisitionCostIT {

    @Test
    void everyMeasurementMustBePrinted() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        AcquisitionCost.measure(
                new Effort(10 * Contender.POOL, 20, 30, 40), new PrintStream(printed, true, StandardCharsets.UTF_8));

        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                .filteredOn(line -> line.endsWith(" samples"))
                .hasSize(7)
                .filteredOn(line -> line.endsWith(" 160 samples"))
                .hasSize(6);
        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                .filteredOn(line -> line.endsWith(" times"))
                .hasSize(8);
    }
}
