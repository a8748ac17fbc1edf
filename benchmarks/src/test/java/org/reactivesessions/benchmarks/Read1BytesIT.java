package org.reactivesessions.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.reactivesessions.benchmarks.Read1Bytes.Effort;

/** The program in smoke form: it counts everybody and names every target; its figures mean nothing. */
class Read1BytesIT {

    @Test
    void everybodyMustBeCounted() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        Read1Bytes.measure(new Effort(2, 30), new PrintStream(printed, true, StandardCharsets.UTF_8));

        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                .filteredOn(line -> line.matches("\\| [a-z, ]+ \\|( [0-9,]+ \\|){3}"))
                .extracting(line -> line.split("\\|", -1)[1].strip())
                .containsExactly("ours", "byhand", "spring", "ours, with settings", "byhand, with settings");
        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                .filteredOn(line -> line.matches(".*\\| (reached|missed by \\d+ %) \\|"))
                .hasSize(3);
    }
}
