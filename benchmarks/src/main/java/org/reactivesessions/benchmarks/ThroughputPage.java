package org.reactivesessions.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.reactivesessions.benchmarks.report.Spread;

/**
 * Writes the page about throughput from the figures that are committed beside it. No figure on it is written by hand, and a
 * test fails if the page is not what this makes of the figures.
 */
public final class ThroughputPage {

    static final String COMMAND = "mvn -q -pl benchmarks -am compile exec:exec -Dbenchmarks.skip=false"
            + " -Dbenchmarks.program=ThroughputPage";

    private ThroughputPage() {}

    /**
     * Writes the page and ends the JVM.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        Program.run(arguments, given -> write(Path.of("docs", "results")));
    }

    private static void write(Path folder) throws IOException {
        Path page = folder.resolve("throughput.md");
        Files.write(page, lines(ThroughputRecord.parse(Files.readAllLines(folder.resolve("throughput.csv")))));
        System.out.println("written to " + page);
    }

    /** The page of a run. */
    static List<String> lines(ThroughputRecord record) {
        List<Comparison> comparisons = Comparison.of(record.figures());
        List<String> page = new ArrayList<>();
        page.add("# Throughput");
        page.add("");
        page.add("Made from [throughput.csv](throughput.csv), which has every round, by");
        page.add("`" + COMMAND + "`.");
        page.add("");
        page.add("All contenders run in one JVM, each on a pool of " + Contender.POOL
                + ", one right after the other, round by round; who begins");
        page.add(
                "changes from round to round. A ratio is our transactions per second to theirs *within a round*; the table"
                        + " has its");
        page.add(
                "median, its least and its most over all rounds. `cpu` is the processor time of the JVM per transaction, on"
                        + " a network with");
        page.add("latency that of the proxy included.");
        page.add("");
        page.add("```text");
        page.addAll(record.environment());
        page.add("```");
        comparisons.forEach(comparison -> page.addAll(table(comparison)));
        page.addAll(targets(comparisons));
        return page;
    }

    /** The table of one comparison. */
    static List<String> table(Comparison comparison) {
        List<String> table = new ArrayList<>();
        table.add("");
        table.add("## " + title(comparison) + ", " + comparison.network().callers() + " callers");
        table.add("");
        table.add("| contender | tx/s, median | ours / contender | least | most | cpu, median |");
        table.add("|---|---:|---:|---:|---:|---:|");
        for (Entrant contender : comparison.contenders()) {
            Spread ratio = comparison.ratio(contender);
            table.add(String.format(
                    Locale.ROOT,
                    "| %s | %,.0f | %.2f | %.2f | %.2f | %.0f µs |",
                    contender,
                    comparison.perSecond(contender).median(),
                    ratio.median(),
                    ratio.least(),
                    ratio.most(),
                    comparison.cpuMicros(contender).median()));
        }
        return table;
    }

    private static List<String> targets(List<Comparison> comparisons) {
        List<String> table = new ArrayList<>();
        table.add("");
        table.add("## Targets");
        table.add("");
        table.add("| workload, network | against | target | ours / contender | |");
        table.add("|---|---|---:|---:|---|");
        for (Comparison comparison : comparisons) {
            for (Target target : Target.ALL) {
                if (target.isFor(comparison) && comparison.contenders().contains(target.against())) {
                    double ratio = comparison.ratio(target.against()).median();
                    table.add(String.format(
                            Locale.ROOT,
                            "| %s | %s | %.2f | %.2f | %s |",
                            title(comparison),
                            target.against(),
                            target.atLeast(),
                            ratio,
                            target.verdict(ratio)));
                }
            }
        }
        return table;
    }

    private static String title(Comparison comparison) {
        return comparison.workload() + ", " + comparison.network();
    }
}
