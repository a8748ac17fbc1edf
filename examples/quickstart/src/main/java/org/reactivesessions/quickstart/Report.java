package org.reactivesessions.quickstart;

import java.io.PrintStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the program prints, and whether every promise held so far. Not thread-safe. */
final class Report {

    private final PrintStream out;
    private int held;
    private int broken;

    Report(PrintStream out) {
        this.out = out;
    }

    void title(String text) {
        out.println();
        out.println(text);
    }

    void line(String label, @Nullable Object value) {
        String text =
                value instanceof Number number ? String.format(Locale.ROOT, "%,d", number) : String.valueOf(value);
        out.printf(Locale.ROOT, "   %-36s %s%n", label, text);
    }

    void check(String promise, boolean holds) {
        if (holds) {
            held++;
        } else {
            broken++;
        }
        out.println((holds ? "   ok      " : "   BROKEN  ") + promise);
    }

    /** Prints the verdict and returns the exit code. */
    int conclude() {
        title(
                broken == 0
                        ? "All " + held + " promises held."
                        : broken + " of " + (held + broken) + " promises broken.");
        return broken == 0 ? 0 : 1;
    }
}
