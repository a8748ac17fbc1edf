package org.reactivesessions.postgres.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivesessions.postgres.report.ProgramRun;

/** A server that is killed twice under load, by the program itself; how much work is back is not asked of a busy machine. */
@Tag("program")
class RecoveryRunIT {

    @TempDir
    private Path directory;

    @Test
    void workMustGoOnInTimeAndNothingBeLeft() throws IOException, InterruptedException {
        assertThat(ProgramRun.passed(RecoveryRun.class, directory, "--rounds", "2", "--share", "20"))
                .containsPattern("(?m)^\\| +2 \\|")
                .endsWith("PASSED\n");
    }
}
