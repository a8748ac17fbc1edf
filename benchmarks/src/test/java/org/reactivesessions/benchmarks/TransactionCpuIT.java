package org.reactivesessions.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.reactivesessions.benchmarks.TransactionCpu.Effort;
import org.reactivesessions.benchmarks.TransactionCpu.Subject;

/** The program in smoke form: everybody has a row for each transaction; its figures mean nothing. */
class TransactionCpuIT {

    @Test
    void everybodyMustHaveARow() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        new TransactionCpu(new Effort(2, 30, 1), new PrintStream(printed, true, StandardCharsets.UTF_8)).run();

        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                .filteredOn(line -> line.matches("\\| [a-z, ()-]+ \\| [0-9.]+ \\[.*|\\| [A-Z0-9]+ \\| JVM .*"))
                .extracting(line -> line.split("\\|", -1)[1].strip())
                .containsExactlyElementsOf(Stream.of(Workload.values())
                        .flatMap(workload -> Stream.concat(Stream.of(workload.name()), subjects()))
                        .toList());
    }

    private static Stream<String> subjects() {
        return Stream.of(Subject.values())
                .filter(subject -> subject.obstacle().isEmpty())
                .map(Subject::toString);
    }

    @Test
    void whatIsNotSaidMustBeAsInTheCommittedRun() {
        assertThat(Effort.parse()).isEqualTo(Effort.FULL);
        assertThat(Effort.parse("3", "40", "2")).isEqualTo(new Effort(3, 40, 2));
    }
}
