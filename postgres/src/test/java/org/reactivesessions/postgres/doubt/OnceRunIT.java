package org.reactivesessions.postgres.doubt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivesessions.postgres.report.ProgramRun;

/** Operations that two processes apply, one of which is killed, by the program itself. */
@Tag("program")
class OnceRunIT {

    @TempDir
    private Path directory;

    @Test
    void everyOperationMustBeAppliedOnceAndEveryPlantedErrorMustBeCaught() throws IOException, InterruptedException {
        assertThat(ProgramRun.passed(
                        OnceRun.class, directory, "--operations", "500", "--kills", "1", "--planted", "100"))
                .contains("once(), in different orders: 500 operations")
                .endsWith("PASSED\n");
    }
}
