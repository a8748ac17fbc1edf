package org.reactivesessions.testkit.scan;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.testkit.lint.LintRule;
import org.reactivesessions.testkit.lint.SessionLint;

/** What a command line says. Not thread-safe while it is read, and not changed afterwards. */
final class ScanOptions {

    static final String USAGE = """
            java -jar reactive-sessions-testkit-scan.jar [options] <folder, jar or class file>...

              --format text|html|json          how the report is written (text)
              --output <file>                  where to (standard output)
              --configuration <package>        where the driver may be used, instead of ..config.. and
                                               ..configuration..; may be said several times
              --except <where>=<rule>[,<rule>] rules that do not hold in a class or a package; may be said
                                               several times
              --help                           this

            ".." in a name stands for any packages. Exit codes: 0 nothing found, 1 something found, 2 wrong
            command line, or a file that cannot be read or written.""";

    private final List<Path> paths = new ArrayList<>();
    private final List<String> configuration = new ArrayList<>();
    private SessionLint lint = SessionLint.defaults();
    private ReportFormat format = ReportFormat.TEXT;
    private @Nullable Path output;
    private boolean help;

    private ScanOptions() {}

    /**
     * Reads a command line.
     *
     * @throws IllegalArgumentException if it is wrong, with the value and the rule
     */
    static ScanOptions parse(String... arguments) {
        ScanOptions options = new ScanOptions();
        Iterator<String> rest = Arrays.asList(arguments).iterator();
        while (rest.hasNext()) {
            options.take(rest.next(), rest);
        }
        if (options.paths.isEmpty() && !options.help) {
            throw new IllegalArgumentException(
                    "there is nothing to check: give folders with class files, jars or class files");
        }
        return options;
    }

    private void take(String argument, Iterator<String> rest) {
        switch (argument) {
            case "--format" -> format = ReportFormat.of(valueOf(argument, rest));
            case "--output" -> output = path(valueOf(argument, rest));
            case "--configuration" -> {
                configuration.add(valueOf(argument, rest));
                lint = lint.configurationPackages(configuration.toArray(String[]::new));
            }
            case "--except" -> except(valueOf(argument, rest));
            case "--help" -> help = true;
            default -> {
                if (argument.startsWith("-")) {
                    throw new IllegalArgumentException("there is no option \"" + argument
                            + "\"; the options are --format, --output, --configuration, --except and --help");
                }
                paths.add(path(argument));
            }
        }
    }

    private void except(String value) {
        int equals = value.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException("--except must be <class or package>=<rule>[,<rule>], such as"
                    + " com.example.Pool=manual-close, but was \"" + value + "\"");
        }
        LintRule[] rules = Arrays.stream(value.substring(equals + 1).split(",", -1))
                .map(LintRule::of)
                .toArray(LintRule[]::new);
        lint = lint.except(value.substring(0, equals), rules[0], rules);
    }

    private static String valueOf(String option, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException(option + " must be followed by a value");
        }
        return rest.next();
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException invalid) {
            throw new IllegalArgumentException("\"" + text + "\" is not a path: " + invalid.getReason(), invalid);
        }
    }

    SessionLint lint() {
        return lint;
    }

    ReportFormat format() {
        return format;
    }

    Path[] paths() {
        return paths.toArray(Path[]::new);
    }

    /** Where the report goes, null for standard output. */
    @Nullable
    Path output() {
        return output;
    }

    boolean help() {
        return help;
    }
}
