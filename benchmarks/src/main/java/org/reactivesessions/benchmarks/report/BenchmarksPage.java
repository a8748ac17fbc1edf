package org.reactivesessions.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Makes the page about all suites and its charts from the results that are committed. No figure on it is written by hand. The same
 * results make the same bytes. Stateless.
 */
public final class BenchmarksPage {

    /** The command of the short version. */
    public static final String COMMAND = "mvn -q -pl benchmarks -am compile exec:exec -Dbenchmarks.skip=false";

    private static final String PAGE = "benchmarks.md";
    private static final String CHARTS = "benchmarks";
    private static final String SVG = ".svg";

    private BenchmarksPage() {}

    /**
     * Makes page and charts.
     *
     * @param all results, one for each suite
     * @return text of each file, by its path from {@code docs}, with {@code /} in it
     */
    public static Map<String, String> of(List<SuiteResult> all) {
        Results results = new Results(all);
        Map<String, String> files = new TreeMap<>();
        List<String> page = new ArrayList<>(head(results));
        page.addAll(targets(results));
        for (Section section : Sections.all()) {
            results.of(section.suite()).ifPresent(result -> page.addAll(section(section, result, files)));
        }
        page.addAll(rivals(results));
        page.addAll(places(results));
        files.put(PAGE, String.join("\n", page) + "\n");
        return files;
    }

    /**
     * Writes page and charts, and takes away charts that are no longer drawn.
     *
     * @param docs the folder of the documentation
     * @param files what {@link #of} has made
     * @throws IOException if that is not possible
     */
    public static void write(Path docs, Map<String, String> files) throws IOException {
        Path charts = Files.createDirectories(docs.resolve(CHARTS));
        for (Path chart : charts(docs)) {
            if (!files.containsKey(CHARTS + "/" + chart.getFileName())) {
                Files.delete(chart);
            }
        }
        for (Map.Entry<String, String> file : files.entrySet()) {
            Files.writeString(docs.resolve(file.getKey()), file.getValue());
        }
        if (charts(docs).isEmpty()) {
            Files.delete(charts);
        }
    }

    /**
     * The charts that are there.
     *
     * @param docs the folder of the documentation
     * @return their files, sorted
     * @throws IOException if the folder cannot be read
     */
    public static List<Path> charts(Path docs) throws IOException {
        Path folder = docs.resolve(CHARTS);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(SVG)).sorted().toList();
        }
    }

    private static List<String> head(Results results) {
        List<String> lines = new ArrayList<>(
                List.of(
                        "# Benchmarks",
                        "",
                        "Made from the JSON files in [results/benchmarks](results/benchmarks), which have every round. A test fails if this"
                                + " page is not what they make. Measured again, page included, by",
                        "",
                        "```text",
                        COMMAND,
                        COMMAND + " \"-Dbenchmarks.args=--size full\"",
                        "```",
                        "",
                        "The first takes minutes, and marks its tables *" + Smoke.MARK
                                + "*; the second takes about three and a half hours and can be"
                                + " gone on with: `--size full --resume` leaves out what has been measured in full. `--suites open,exact`"
                                + " measures some of them, `--contenders ours,jdbc` some contenders (JDK 21 or later for `jdbc-vt`)."));
        if (results.hasSmoke()) {
            lines.add("");
            lines.add(
                    "**Some of what follows is smoke: it shows that everything runs, on a machine that did other things"
                            + " meanwhile, and not who is faster. Where a heading says *" + Smoke.MARK
                            + "*, do not quote it, least of all"
                            + " where the load that is told at the end of this page is more than there are processors.**");
        }
        lines.addAll(List.of(
                "",
                "## What is compared, and how",
                "",
                "`ours` is this library as it comes, `ours-unguarded` the same with `autocommitWrites(true)`, which gives up the guard"
                        + " and with it what may be sent before an answer. `byhand` is a textbook `Mono.usingWhen` on r2dbc-pool, which is"
                        + " not safe when somebody cancels. `spring` is `TransactionalOperator` with `DatabaseClient`, `vertx` the"
                        + " reactive client of Vert.x, `jdbc` pgjdbc with HikariCP and a platform thread for each caller, `jdbc-vt` the"
                        + " same on virtual threads.",
                "",
                "- *The same work:* the same SQL text, a pool of 16 for everybody, statements that stay prepared on the server (256 of"
                        + " them), the same server with warm tables. Everybody's callers are written as his users write them:"
                        + " monos, verticles, blocking calls.",
                "- *The same machine:* client, proxy and server share it. Machines are not quiet, so a ratio is taken within a round, in"
                        + " which all run after each other, and the table has the median over the rounds. Nobody logs a line for each"
                        + " transaction.",
                "- *How to read a cell:* the median of the rounds, ± how far the outermost lies from it, and in brackets ours divided by"
                        + " that contender's. With a single round there is no ±.",
                "- *To put somebody else through it:* implement `Contender` and give it a name in `Entrant`, both in the module"
                        + " `benchmarks`; every suite then knows it.",
                ""));
        return lines;
    }

    private static List<String> targets(Results results) {
        List<String> table = new ArrayList<>();
        table.add("## Targets");
        table.add("");
        table.add("Round trips have a test of their own that fails if one is more or less than its budget.");
        table.add("");
        table.add("| figure | | target | measured | |");
        table.add("|---|---|---:|---:|---|");
        Targets.all().forEach(target -> table.add(target.row(results.of(target.suite()))));
        return table;
    }

    private static List<String> section(Section section, SuiteResult result, Map<String, String> files) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add("## " + section.question() + Smoke.suffix(result));
        lines.add("");
        lines.add(section.caption());
        lines.add("");
        lines.add("Measured: " + result.method() + ". Figures: [" + result.suite() + ".json](results/benchmarks/"
                + result.suite() + ".json).");
        for (View view : section.views()) {
            if (view.isIn(result)) {
                lines.addAll(view(view, result, files));
            }
        }
        return lines;
    }

    private static List<String> view(View view, SuiteResult result, Map<String, String> files) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add("### " + view.heading() + Smoke.suffix(result));
        lines.add("");
        lines.add(capitalised(view.metric())
                + (view.contenders(result).contains(View.OURS)
                                && view.contenders(result).size() > 1
                        ? "; in brackets ours / theirs, " + view.better().hint() + "."
                        : "."));
        lines.add("");
        Optional<String> svg = view.svg(result);
        if (svg.isPresent()) {
            String file = CHARTS + "/" + view.file() + SVG;
            files.put(file, svg.get());
            lines.add("![" + view.heading() + ", " + view.metric() + "](" + file + ")");
            lines.add("");
        }
        lines.addAll(view.markdown(result));
        return lines;
    }

    private static List<String> rivals(Results results) {
        List<String> lines = new ArrayList<>(List.of(
                "",
                "## When not to use this",
                "",
                "- **The server is on the same machine, or the processor is the limit.** What this library saves is round trips. Where"
                        + " one takes a twentieth of a millisecond there is little to save, and blocking calls are the cheapest program"
                        + " there is. JDBC on virtual threads is the better choice if nothing else of the service is reactive.",
                "- **A handful of callers who each wait for the database.** A thread each is simple, and simple to debug.",
                "- **Bulk loads.** `COPY` of pgjdbc or of the driver is another league than any statement with parameters.",
                "- **Single statements without a transaction.** Nothing can be pipelined and nothing half done; a plain pool"
                        + " does.",
                "- **A library on top that needs JDBC**, such as an ORM.",
                "",
                "Figures of above, without smoke, in which JDBC is ahead by more than 5 %:",
                ""));
        lines.addAll(Rivals.table(Sections.all(), results, List.of("jdbc", "jdbc-vt")));
        lines.addAll(List.of("", "And the others:", ""));
        lines.addAll(Rivals.table(Sections.all(), results, List.of("byhand", "spring", "vertx")));
        return lines;
    }

    private static List<String> places(Results results) {
        List<String> lines = new ArrayList<>(List.of("", "## Where it was measured"));
        results.byEnvironment().forEach((place, suites) -> {
            lines.add("");
            lines.add("`" + String.join("`, `", suites) + "`:");
            lines.add("");
            lines.add("```text");
            lines.addAll(place);
            lines.add("```");
        });
        return lines;
    }

    private static String capitalised(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }
}
