package org.reactivesessions.postgres.pgbouncer;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** One line for each check: what was checked, what was seen, and the round trips it took. Not thread-safe. */
final class CheckTable {

    /** What a check has seen; it throws if that is wrong. */
    @FunctionalInterface
    interface Check {
        Seen look() throws Exception;
    }

    /**
     * What a check has seen.
     *
     * @param result in words
     * @param roundTrips of the transaction, or nothing if they were not counted
     */
    record Seen(String result, String roundTrips) {

        static Seen that(String result) {
            return new Seen(result, "");
        }

        static Seen that(String result, long roundTrips) {
            return new Seen(result, Long.toString(roundTrips));
        }
    }

    private static final String FORM = "%-62s %-84s %s";

    private final PrintStream out;
    private final List<String> lines = new ArrayList<>();
    private int failures;

    CheckTable(PrintStream out, String title) {
        this.out = out;
        line(title);
        line("");
        line(String.format(Locale.ROOT, FORM, "check", "result", "round trips"));
    }

    void check(String name, Check check) {
        Seen seen;
        try {
            seen = check.look();
        } catch (Exception | AssertionError failed) {
            failures++;
            failed.printStackTrace(out);
            seen = Seen.that("FAILED: "
                    + Objects.toString(failed.getMessage()).lines().findFirst().orElse(""));
        }
        line(String.format(Locale.ROOT, FORM, name, seen.result(), seen.roundTrips())
                .stripTrailing());
    }

    /** Prints the last line; {@code true} if every check passed. */
    boolean conclude() {
        line("");
        line(failures == 0 ? "PASSED" : "FAILED: " + failures);
        return failures == 0;
    }

    void writeTo(Path file) throws IOException {
        Files.write(file, lines);
    }

    private void line(String text) {
        lines.add(text);
        out.println(text);
    }
}
