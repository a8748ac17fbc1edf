package org.reactivesessions.postgres.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A short soak, by the program itself: it needs a JVM of its own to count leaks and dropped signals. */
class SoakRunIT {

    private static final long LIMIT_SECONDS = 300;

    @TempDir
    private Path directory;

    @Test
    @EnabledOnOs(OS.LINUX) // it counts descriptors in /proc
    void nothingMustBeHalfLostOrLeftOver() throws IOException, InterruptedException {
        Path output = directory.resolve("output.txt");
        Path report = directory.resolve("report.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1", // a short run ends before more compilation pays
                        "-Dio.netty.leakDetection.level=paranoid",
                        "-Dio.netty.leakDetection.acquireAndReleaseOnly=true",
                        "-Dlogback.configurationFile=doubt-logback.xml",
                        "-classpath",
                        System.getProperty("java.class.path"),
                        SoakRun.class.getName(),
                        "--seconds",
                        "20",
                        "--report",
                        report.toString())
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
            assertThat(Files.readString(report, StandardCharsets.UTF_8)).endsWith("PASSED\n");
        } finally {
            process.destroy();
            process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
        }
    }
}
