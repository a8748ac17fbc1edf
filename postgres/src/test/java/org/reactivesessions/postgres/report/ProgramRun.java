package org.reactivesessions.postgres.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program in a JVM of its own, as its command would run it, only shorter. */
public final class ProgramRun {

    private static final long LIMIT_SECONDS = 300;
    /** Of the hash of a password; its server is one of its own JVM. */
    private static final String ITERATIONS = "reactive-sessions.scram-iterations";

    private ProgramRun() {}

    /** Runs it to its end, which has to be a good one; returns the report. */
    public static String passed(Class<?> program, Path directory, String... arguments)
            throws IOException, InterruptedException {
        return passed(List.of(), program, directory, arguments);
    }

    /**
     * Runs it to its end, which has to be a good one; returns the report.
     *
     * @param ofJvm further arguments of its JVM
     */
    public static String passed(List<String> ofJvm, Class<?> program, Path directory, String... arguments)
            throws IOException, InterruptedException {
        Path output = directory.resolve("output.txt");
        Path report = directory.resolve("report.txt");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", // a short run ends before more compilation pays
                "-Dlogback.configurationFile=doubt-logback.xml"));
        String iterations = System.getProperty(ITERATIONS);
        if (iterations != null) {
            command.add("-D" + ITERATIONS + "=" + iterations);
        }
        command.addAll(ofJvm);
        command.addAll(List.of(
                "-classpath", System.getProperty("java.class.path"), program.getName(), "--report", report.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
            String printed = Files.readString(output, StandardCharsets.UTF_8);
            assertThat(ended)
                    .as("ended within %s s: %s", LIMIT_SECONDS, printed)
                    .isTrue();
            assertThat(process.exitValue()).as(printed).isZero();
            return Files.readString(report, StandardCharsets.UTF_8);
        } finally {
            process.destroy();
            process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
        }
    }
}
