package org.reactivesessions.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarksPageTest {

    private static final Path DOCS =
            Objects.requireNonNull(Path.of("").toAbsolutePath().getParent()).resolve("docs");

    private static String page(SuiteResult... results) {
        return Objects.requireNonNull(BenchmarksPage.of(List.of(results)).get("benchmarks.md"));
    }

    @Test
    void theCommittedPageMustBeThatOfTheCommittedResults() throws IOException {
        List<SuiteResult> results = ResultFile.readAll(DOCS.resolve("results/benchmarks"));

        Map<String, String> files = BenchmarksPage.of(results);

        assertThat(results).isNotEmpty();
        for (Map.Entry<String, String> file : files.entrySet()) {
            assertThat(Files.readString(DOCS.resolve(file.getKey())))
                    .as(file.getKey() + ", made by the program Benchmarks with --page")
                    .isEqualTo(file.getValue());
        }
        assertThat(BenchmarksPage.charts(DOCS))
                .extracting(chart -> DOCS.relativize(chart).toString().replace('\\', '/'))
                .as("charts that no result draws")
                .allSatisfy(chart -> assertThat(files).containsKey(chart));
    }

    /** Whoever commits figures that have no section commits them for nobody. */
    @Test
    void everyCommittedResultMustHaveASection() throws IOException {
        Set<String> sections = Sections.all().stream().map(Section::suite).collect(Collectors.toSet());

        assertThat(ResultFile.readAll(DOCS.resolve("results/benchmarks"))).allSatisfy(result -> {
            assertThat(sections).contains(result.suite());
            assertThat(Sections.all().stream()
                            .filter(section -> section.suite().equals(result.suite()))
                            .flatMap(section -> section.views().stream()))
                    .as(result.suite() + " has a table with figures")
                    .anyMatch(view -> view.isIn(result));
        });
    }

    @Test
    void anotherFigureMustMakeAnotherPageAndAnotherChart() {
        Map<String, String> files = BenchmarksPage.of(List.of(Planted.concurrency(RunSize.FULL, 100)));
        Map<String, String> others = BenchmarksPage.of(List.of(Planted.concurrency(RunSize.FULL, 101)));

        assertThat(files).containsOnlyKeys("benchmarks.md", "benchmarks/concurrency.svg");
        assertThat(files)
                .allSatisfy((path, text) -> assertThat(others.get(path)).isNotEqualTo(text));
        assertThat(BenchmarksPage.of(List.of(Planted.concurrency(RunSize.FULL, 100))))
                .isEqualTo(files);
    }

    @Test
    void aCellMustHaveMedianSpreadAndRatioWithinTheRounds() {
        assertThat(page(Planted.concurrency(RunSize.FULL, 100)).lines())
                .containsSubsequence(
                        "| callers | 1 | 64 |",
                        "| ours | 110 ±\u202f9\u202f% | 1,000 ±\u202f10\u202f% |",
                        "| byhand | – | 500 ±\u202f0\u202f% (2.00) |",
                        "| jdbc | 200 ±\u202f0\u202f% (0.55) | – |");
    }

    @Test
    void aShortRunMustBeMarkedWhereverItsFiguresAre() {
        String smoke = page(Planted.concurrency(RunSize.SHORT, 100), Planted.health(RunSize.FULL, 0.5));

        assertThat(smoke.lines())
                .contains(
                        "## What if more callers come than there are connections? (smoke, not for quoting)",
                        "### READ1 by number of callers (smoke, not for quoting)",
                        "## How long does health() take?")
                .anyMatch(line -> line.startsWith("**Some of what follows is smoke"))
                .as("nothing follows from it")
                .noneMatch(line -> line.contains("| callers 1 | jdbc |"));
        assertThat(page(Planted.concurrency(RunSize.FULL, 100)).lines())
                .contains("| READ1 by number of callers, tx/s | callers 1 | jdbc | 0.55 |")
                .noneMatch(line -> line.startsWith("**Some of what follows is smoke"));
        assertThat(page(Planted.health(RunSize.SHORT, 0.5)).lines())
                .contains("| health(), loopback | ms | ≤ 1 | 0.500 | smoke, not for quoting |");
    }

    @Test
    void targetsMustBeJudgedByTheFigures() {
        assertThat(page(Planted.throughput(200, 100), Planted.health(RunSize.FULL, 1.5))
                        .lines())
                .contains(
                        "| READ1 per second, 0.5 ms each way | of byhand | ≥ 1.90 | 2.00 | reached |",
                        "| READ1 per second, 0.5 ms each way | of vertx | ≥ 1.90 | – | not measured |",
                        "| READ1 per second, loopback | of byhand | ≥ 1.00 | – | not measured |",
                        "| health(), loopback | ms | ≤ 1 | 1.50 | **missed** by 50 % |");
        assertThat(page(Planted.throughput(180, 100)).lines())
                .contains("| READ1 per second, 0.5 ms each way | of spring | ≥ 1.90 | 1.80 | **missed** by 5 % |");
    }

    @Test
    void whereOthersAreBetterMustBeFoundInTheFigures() {
        assertThat(page(Planted.throughput(100, 104)).lines()).noneMatch(line -> line.contains("| workload READ1 |"));
        assertThat(page(Planted.throughput(100, 106)).lines())
                .contains("| Transactions per second, 0.5 ms each way, tx/s | workload READ1 | jdbc-vt | 0.94 |");
    }

    @Test
    void theEnvironmentMustBeSaidOfEverySuite() {
        assertThat(page(
                        Planted.concurrency(RunSize.FULL, 100),
                        Planted.health(RunSize.FULL, 1),
                        Planted.throughput(1, 1)))
                .contains("`concurrency`, `health`:\n\n```text\nmachine   of a test\n")
                .contains("`throughput`:\n\n```text\nmachine   of another test\n");
    }

    @Test
    void chartsOfNobodyMustBeTakenAway(@TempDir Path docs) throws IOException {
        BenchmarksPage.write(docs, BenchmarksPage.of(List.of(Planted.concurrency(RunSize.FULL, 100))));
        assertThat(BenchmarksPage.charts(docs)).hasSize(1);

        BenchmarksPage.write(docs, BenchmarksPage.of(List.of(Planted.health(RunSize.FULL, 1))));

        assertThat(BenchmarksPage.charts(docs)).isEmpty();
        assertThat(docs.resolve("benchmarks.md")).exists();
    }
}
