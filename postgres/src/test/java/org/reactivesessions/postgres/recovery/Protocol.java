package org.reactivesessions.postgres.recovery;

import static java.util.Locale.ROOT;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.postgres.report.Page;

/** What a program of this package prints, and what in it must not be. Not thread-safe. */
final class Protocol {

    private final Page page = new Page(new PrintStream(System.out, true, StandardCharsets.UTF_8));
    private final List<String> faults = new ArrayList<>();

    void line(String format, Object... arguments) {
        page.line(String.format(ROOT, format, arguments));
    }

    /** On what it runs. */
    void machine(String serverVersion) {
        line(
                "PostgreSQL %s on the same machine; Java %s, %d processors, load %.1f before the first measurement.",
                serverVersion,
                Runtime.version(),
                Runtime.getRuntime().availableProcessors(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        line("");
    }

    void table(List<List<String>> rows) {
        page.table(rows);
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
