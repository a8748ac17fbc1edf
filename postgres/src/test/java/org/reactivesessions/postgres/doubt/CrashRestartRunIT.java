package org.reactivesessions.postgres.doubt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivesessions.postgres.report.ProgramRun;

/** A server that is killed some times around COMMIT, by the program itself. */
@Tag("program")
class CrashRestartRunIT {

    @TempDir
    private Path directory;

    @Test
    void everyVerdictMustAgreeWithWhatIsThereAndThePlantedErrorMustBeCaught() throws IOException, InterruptedException {
        assertThat(ProgramRun.passed(
                        CrashRestartRun.class, directory, "--rounds", "9", "--unverified", "3", "--planted", "6"))
                .contains("with marker(): 9 crashes")
                .endsWith("PASSED\n");
    }
}
