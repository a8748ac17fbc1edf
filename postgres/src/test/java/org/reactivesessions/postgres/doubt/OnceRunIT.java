package org.reactivesessions.postgres.doubt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivesessions.postgres.report.ProgramRun;

/** Operations that two processes apply, one of which is killed, by the program itself. */
class OnceRunIT {

    @TempDir
    private Path directory;

    @Test
    void everyOperationMustBeAppliedOnceAndEveryPlantedErrorMustBeCaught() throws IOException, InterruptedException {
        assertThat(ProgramRun.passed(
                        OnceRun.class, directory, "--operations", "1000", "--kills", "1", "--planted", "200"))
                .contains("once(), in different orders: 1,000 operations")
                .endsWith("PASSED\n");
    }
}
