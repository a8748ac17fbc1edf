package org.reactivesessions.postgres.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.reactivesessions.postgres.report.ProgramRun;

/** A short soak, by the program itself: it needs a JVM of its own to count leaks and dropped signals. */
@Tag("program")
class SoakRunIT {

    @TempDir
    private Path directory;

    @Test
    @EnabledOnOs(OS.LINUX) // it counts descriptors in /proc
    void nothingMustBeHalfLostOrLeftOver() throws IOException, InterruptedException {
        assertThat(ProgramRun.passed(
                        List.of(
                                "-Dio.netty.leakDetection.level=paranoid",
                                "-Dio.netty.leakDetection.acquireAndReleaseOnly=true"),
                        SoakRun.class,
                        directory,
                        "--seconds",
                        "20"))
                .endsWith("PASSED\n");
    }
}
