package org.reactivesessions.postgres.doubt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivesessions.postgres.report.ProgramRun;

/** Some COMMITs that arrive after the verdict, by the program itself. */
@Tag("program")
class LateCommitRunIT {

    @TempDir
    private Path directory;

    @Test
    void noVerdictMustBecomeWrongAndEveryPlantedErrorMustBeCaught() throws IOException, InterruptedException {
        assertThat(ProgramRun.passed(LateCommitRun.class, directory, "--rounds", "40", "--planted", "20"))
                .endsWith("PASSED\n");
    }
}
