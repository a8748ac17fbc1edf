package org.reactivesessions.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.runner.RunnerException;
import org.reactivesessions.benchmarks.report.BenchmarksPage;
import org.reactivesessions.benchmarks.report.ResultFile;
import org.reactivesessions.benchmarks.report.RunSize;
import org.reactivesessions.benchmarks.report.SuiteResult;
import org.reactivesessions.testkit.server.PostgresServer;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.server.TestServers;

/**
 * Measures all suites, or some, and writes the page about them. What a suite gave is written when it has ended, so a run that was
 * stopped can be gone on with by {@code --resume}.
 *
 * <pre>{@code
 * mvn -q -pl benchmarks -am compile exec:exec -Dbenchmarks.skip=false
 * mvn -q -pl benchmarks -am compile exec:exec -Dbenchmarks.skip=false "-Dbenchmarks.args=--size full"
 * }</pre>
 */
public final class Benchmarks {

    private static final Path DOCS = Path.of("docs");

    private final BenchmarkOptions options;
    private final Path docs;
    private final PrintStream out;
    private final List<String> failures = new ArrayList<>();

    Benchmarks(BenchmarkOptions options, Path docs, PrintStream out) {
        this.options = options;
        this.docs = docs;
        this.out = out;
    }

    /**
     * Runs the program and ends the JVM.
     *
     * @param arguments see {@code BenchmarkOptions}
     */
    public static void main(String[] arguments) {
        Program.run(arguments, given -> new Benchmarks(BenchmarkOptions.parse(given), DOCS, System.out).run());
    }

    void run() throws Exception {
        List<Suite> suites = new ArrayList<>();
        for (Suite suite : options.suites()) {
            if (options.resume() && isMeasured(suite)) {
                out.println(suite.name() + ": has been measured");
            } else if (suite.among(options.contenders()).isEmpty()) {
                out.println(suite.name() + ": has nothing to say of " + options.contenders());
            } else {
                suites.add(suite);
            }
        }
        if (!suites.isEmpty()) {
            measure(suites);
        }
        BenchmarksPage.write(docs, BenchmarksPage.of(ResultFile.readAll(results())));
        out.println("written to " + docs.resolve("benchmarks.md"));
        if (!failures.isEmpty()) {
            throw new IllegalStateException(
                    "not measured: " + failures + ". Measure them again with --suites " + String.join(",", failures));
        }
    }

    private Path results() {
        return docs.resolve("results").resolve("benchmarks");
    }

    private boolean isMeasured(Suite suite) throws IOException {
        Path file = ResultFile.of(results(), suite.name());
        if (!Files.exists(file)) {
            return false;
        }
        RunSize before = ResultFile.read(file).size();
        return before == RunSize.FULL || before == options.size();
    }

    private void measure(List<Suite> suites) throws Exception {
        PostgresServer server = TestServers.current();
        List<String> environment = new ArrayList<>(EnvironmentBlock.lines(server));
        environment.add(Program.load());
        options.leftOut().forEach(why -> environment.add("left out  " + why));
        environment.forEach(out::println);
        try (TestDatabase database = server.freshDatabase();
                Bench bench = Bench.on(database)) {
            for (Suite suite : suites) {
                try {
                    measure(suite, bench, environment);
                } catch (SQLException | RunnerException | IOException | RuntimeException failed) {
                    failures.add(suite.name());
                    out.println(suite.name() + ": FAILED, " + failed);
                    failed.printStackTrace(out);
                }
            }
        }
    }

    private void measure(Suite suite, Bench bench, List<String> environment) throws Exception {
        long begin = System.nanoTime();
        Collected collected = new Collected();
        bench.tidy();
        suite.measure(bench, options.size(), suite.among(options.contenders()), collected);
        SuiteResult result = new SuiteResult(
                suite.name(), options.size(), suite.method(options.size()), environment, collected.all());
        ResultFile.write(results(), result);
        out.printf(
                "%s: %d figures, %d s%n",
                suite.name(),
                result.measurements().size(),
                Duration.ofNanos(System.nanoTime() - begin).toSeconds());
    }
}
