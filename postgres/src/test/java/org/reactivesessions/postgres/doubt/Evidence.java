package org.reactivesessions.postgres.doubt;

import static java.util.Locale.ROOT;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.postgres.report.Page;

/** What a program has to say, and whether anything in it speaks against what it tried. Not thread-safe. */
final class Evidence {

    private static final int SAMPLES = 20;

    private final Page page = new Page(new PrintStream(System.out, true, StandardCharsets.UTF_8));
    private final List<String> faults = new ArrayList<>();

    void line(String format, Object... arguments) {
        page.line(String.format(ROOT, format, arguments));
    }

    void machine(Oracle oracle) throws SQLException {
        line(
                "PostgreSQL %s, fsync %s, synchronous_commit %s; Java %s, %d processors.",
                oracle.text("SHOW server_version"),
                oracle.text("SHOW fsync"),
                oracle.text("SHOW synchronous_commit"),
                Runtime.version(),
                Runtime.getRuntime().availableProcessors());
        line("");
    }

    void table(List<List<String>> rows) {
        page.table(rows);
    }

    void samples(List<String> samples) {
        samples.stream().limit(SAMPLES).forEach(sample -> line("    %s", sample));
    }

    /** Something that must not be. */
    void fault(String format, Object... arguments) {
        faults.add(String.format(ROOT, format, arguments));
    }

    /** Prints how it ended, writes the report, and ends the JVM. */
    void conclude(@Nullable Path report) throws IOException {
        faults.forEach(fault -> line("FAULT: %s", fault));
        line("%s", faults.isEmpty() ? "PASSED" : "FAILED");
        if (report != null) {
            page.writeTo(report);
        }
        System.exit(faults.isEmpty() ? 0 : 1);
    }
}
