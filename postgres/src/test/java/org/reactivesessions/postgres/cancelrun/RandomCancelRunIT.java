package org.reactivesessions.postgres.cancelrun;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A short random cancel run, by the program itself: it needs a JVM of its own to count leaks and dropped signals. */
class RandomCancelRunIT {

    private static final long LIMIT_SECONDS = 600;

    @TempDir
    private Path directory;

    @Test
    void noTransactionMustBeHalfAndEveryMutantMustBeCaught() throws IOException, InterruptedException {
        Path output = directory.resolve("output.txt");
        Path report = directory.resolve("report.txt");

        int exitCode = run(
                output, "--transactions", "5000", "--mutants", "1000", "--contenders", "0", "--report", "" + report);

        String printed = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(exitCode).as(printed).isZero();
        assertThat(Files.readString(report, StandardCharsets.UTF_8)).endsWith("PASSED\n");
    }

    private static int run(Path output, String... arguments) throws IOException, InterruptedException {
        ProcessBuilder program = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", // a short run ends before more compilation pays
                "-Dio.netty.leakDetection.level=paranoid",
                "-Dio.netty.leakDetection.acquireAndReleaseOnly=true",
                "-Dlogback.configurationFile=random-cancel-run-logback.xml",
                "-classpath",
                System.getProperty("java.class.path"),
                RandomCancelRun.class.getName());
        program.command().addAll(List.of(arguments));
        Process process = program.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS))
                    .as("ended within %s s: %s", LIMIT_SECONDS, Files.readString(output, StandardCharsets.UTF_8))
                    .isTrue();
            return process.exitValue();
        } finally {
            process.destroy();
        }
    }
}
