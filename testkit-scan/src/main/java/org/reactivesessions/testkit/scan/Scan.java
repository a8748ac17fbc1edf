package org.reactivesessions.testkit.scan;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.reactivesessions.testkit.lint.LintReport;

/**
 * The program: {@code java -jar reactive-sessions-testkit-scan.jar <folder, jar or class file>...}.
 *
 * <p>Exit codes: 0 if nothing was found, 1 if something was, 2 if the command line is wrong, or a file cannot be read or
 * written. A class file that could not be read counts as the latter, because nothing is known of it.
 *
 * @since 0.1
 */
public final class Scan {

    private static final int CLEAN = 0;
    private static final int FOUND = 1;
    private static final int MISUSED = 2;

    private Scan() {}

    /**
     * Checks what it is told to, prints a report and ends the process.
     *
     * @param arguments options and paths, see {@code --help}
     */
    public static void main(String... arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        System.exit(run(out, err, arguments));
    }

    /** The same without the end of the process; returns its exit code. */
    static int run(PrintStream out, PrintStream err, String... arguments) {
        try {
            ScanOptions options = ScanOptions.parse(arguments);
            if (options.help()) {
                out.println(ScanOptions.USAGE);
                return CLEAN;
            }
            LintReport report = options.lint().check(options.paths());
            print(options.format().text(report), options, out);
            if (!report.unread().isEmpty()) {
                err.println(report.unread().size() + " class file(s) could not be read; nothing is known of them");
                return MISUSED;
            }
            return report.isClean() ? CLEAN : FOUND;
        } catch (IllegalArgumentException | UncheckedIOException misused) {
            err.println(Printable.of(String.valueOf(misused.getMessage())));
            err.println("--help says what can be said");
            return MISUSED;
        }
    }

    private static void print(String text, ScanOptions options, PrintStream out) {
        if (options.output() == null) {
            out.print(text);
            return;
        }
        try {
            Files.writeString(options.output(), text);
        } catch (IOException failed) {
            throw new UncheckedIOException(
                    "cannot write the report to \"" + options.output() + "\": " + failed, failed);
        }
    }
}
