package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I3;
import static org.reactivesessions.postgres.matrix.Invariant.I5;
import static org.reactivesessions.postgres.matrix.Invariant.I6;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.postgres.soak.Frozen;
import org.reactivesessions.testkit.server.TestDatabase;

/** A process of ours that is stopped where it is (SIGSTOP), for longer than any of its limits, and goes on. */
class PauseRowsIT extends FaultRows {

    private static final int PAUSES = 2;
    private static final Duration PAUSE = Duration.ofMillis(1_200);

    @TempDir
    private Path directory;

    PauseRowsIT(TestDatabase database) {
        super(database, settings -> settings);
    }

    private Process start(Path said, Path complaints) throws IOException {
        ProcessBuilder worker = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-Dlogback.configurationFile=doubt-logback.xml",
                "-classpath",
                System.getProperty("java.class.path"),
                PausedWorker.class.getName());
        worker.environment().put(PausedWorker.URL, fixture().database().r2dbcUrl());
        return worker.redirectOutput(said.toFile())
                .redirectError(complaints.toFile())
                .start();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readString(file, StandardCharsets.US_ASCII).lines().toList();
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** From JDK 24 on it warns of whoever loads a native library, as Netty does. */
    private static boolean isOfTheJvm(String complaint) {
        return complaint.isEmpty() || complaint.startsWith("WARNING: ");
    }

    /** One that said COMMIT before it was stopped finds the answer when it goes on, and its limit long over. */
    @FaultRow(
            value = 57,
            invariants = {I3, I5, I6})
    @Test
    void aProcessThatWasStoppedMustTellNobodyAnythingWrong() throws IOException, InterruptedException {
        installMarkers();
        fixture().run("TRUNCATE effect");
        Path said = directory.resolve("said");
        Path complaints = directory.resolve("complaints");
        Process worker = start(said, complaints);
        try {
            for (int pause = 0; pause < PAUSES; pause++) {
                int before = lines(said).size();
                Patience.until("nothing goes on", () -> lines(said).size() > before + 50);
                Frozen.during(worker.pid(), PAUSE); // the fault, and not a wait for something
            }
            int before = lines(said).size();
            Patience.until("nothing goes on", () -> lines(said).size() > before + 50);
            worker.getOutputStream().write('\n');
            worker.getOutputStream().flush();
            assertThat(worker.waitFor(ServerFixture.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("ended")
                    .isTrue();
        } finally {
            worker.destroyForcibly();
        }
        assertThat(Files.readString(complaints).lines().filter(line -> !isOfTheJvm(line)))
                .isEmpty();
        List<String> all = lines(said);
        check().toldTheTruth(all.subList(0, all.size() - 2));
        check().poolWasWhole(all.get(all.size() - 2));
    }
}
