package org.reactivesessions.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.reactivesessions.benchmarks.Read1Cpu.Effort;
import org.reactivesessions.benchmarks.Read1Cpu.Subject;

/** The program in smoke form: everybody has a row; its figures mean nothing. */
class Read1CpuIT {

    @Test
    void everybodyMustHaveARow() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        new Read1Cpu(new Effort(2, 30, 1), new PrintStream(printed, true, StandardCharsets.UTF_8)).run();

        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                .filteredOn(line -> line.matches("\\| [a-z, ()-]+ \\| [0-9.]+ \\[.*"))
                .extracting(line -> line.split("\\|", -1)[1].strip())
                .containsExactlyElementsOf(Arrays.stream(Subject.values())
                        .filter(subject -> subject.obstacle().isEmpty())
                        .map(Subject::toString)
                        .toList());
    }

    @Test
    void whatIsNotSaidMustBeAsInTheCommittedRun() {
        assertThat(Effort.parse()).isEqualTo(Effort.FULL);
        assertThat(Effort.parse("3", "40", "2")).isEqualTo(new Effort(3, 40, 2));
    }
}
