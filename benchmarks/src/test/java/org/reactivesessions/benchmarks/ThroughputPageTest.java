package org.reactivesessions.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.reactivesessions.benchmarks.Load.Sample;

class ThroughputPageTest {

    private static final Path RESULTS =
            Objects.requireNonNull(Path.of("").toAbsolutePath().getParent()).resolve("docs/results");

    @Test
    void theCommittedPageMustBeThatOfTheCommittedFigures() throws IOException {
        ThroughputRecord committed = ThroughputRecord.parse(Files.readAllLines(RESULTS.resolve("throughput.csv")));

        assertThat(Files.readAllLines(RESULTS.resolve("throughput.md")))
                .as("made by " + ThroughputPage.COMMAND)
                .isEqualTo(ThroughputPage.lines(committed));
    }

    @Test
    void theCommittedFiguresMustBeEnough() throws IOException {
        ThroughputRecord committed = ThroughputRecord.parse(Files.readAllLines(RESULTS.resolve("throughput.csv")));

        assertThat(committed.environment())
                .extracting(line -> line.split(" ", -1)[0])
                .contains("command", "machine", "jvm", "server", "libraries", "others", "rounds", "network");
        assertThat(Comparison.of(committed.figures()))
                .hasSize(Network.values().length * Workload.values().length)
                .allSatisfy(comparison -> assertThat(comparison.contenders()).containsExactly(Entrant.values()))
                .allSatisfy(comparison -> assertThat(comparison.rounds()).isGreaterThanOrEqualTo(5));
    }

    @Test
    void anotherFigureMustMakeAnotherPage() {
        ThroughputRecord record = record(200);

        assertThat(ThroughputPage.lines(record))
                .isNotEqualTo(ThroughputPage.lines(record(201)))
                .contains(
                        "machine   of a test",
                        "## READ1, 0.5 ms each way, 256 callers",
                        "| ours | 200 | 1.00 | 1.00 | 1.00 | 5 µs |",
                        "| byhand | 100 | 2.00 | 2.00 | 2.00 | 7 µs |",
                        "| READ1, 0.5 ms each way | byhand | 1.90 | 2.00 | reached |",
                        "| READ1, 0.5 ms each way | jdbc-vt | 1.40 | 1.00 | missed by 29 % |")
                .noneMatch(line -> line.startsWith("| READ1, 0.5 ms each way | spring"));
    }

    private static ThroughputRecord record(double ours) {
        return new ThroughputRecord(
                List.of("machine   of a test"),
                List.of(
                        new Figure(Network.LATENCY, Workload.READ1, 1, Entrant.OURS, new Sample(ours, 5)),
                        new Figure(Network.LATENCY, Workload.READ1, 1, Entrant.BYHAND, new Sample(100, 7)),
                        new Figure(Network.LATENCY, Workload.READ1, 1, Entrant.JDBC_VT, new Sample(200, 3))));
    }
}
