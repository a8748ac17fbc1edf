package org.reactivesessions.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivesessions.proof.contestant.Lineup;

/** A minute of the proof: every check holds, a seed makes the same faults again, and a planted error is caught. */
@Tag("program")
@EnabledOnOs(OS.LINUX) // it stops processes
class ProofIT {

    private static final Hygiene HYGIENE = Hygiene.install();
    private static final Duration TIME = Duration.ofSeconds(15);
    private static final Duration SHORT = Duration.ofSeconds(6);
    private static final Duration SLACK = Duration.ofSeconds(10);
    private static final int SEEDS = 1_000_000;

    @TempDir
    private Path directory;

    /** Three that are always the same, and one that nobody has tried. */
    static List<Long> seeds() {
        return List.of(1L, 2L, 3L, 4L + new SecureRandom().nextInt(SEEDS));
    }

    private Piece run(long seed, Duration time, Path work) throws IOException, SQLException, InterruptedException {
        return PieceRun.of(
                PieceSettings.of(seed, Integer.MAX_VALUE, work)
                        .withTime(time)
                        .withRecheck(Duration.ZERO)
                        .withSlack(SLACK),
                target -> Lineup.OURS.open(target, PieceSettings.POOL),
                HYGIENE);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void nothingMustBeLost(long seed) throws IOException, SQLException, InterruptedException {
        Piece piece = run(seed, TIME, directory);
        assertThat(piece.checks())
                .as("seed %s, %s", seed, piece.counts())
                .isNotEmpty()
                .allMatch(check -> check.violations() == 0);
        assertThat(piece.count(Piece.DOUBTS)).isPositive();
        assertThat(piece.count(Piece.CANCELS)).isPositive();
    }

    @Test
    void oneSeedMustMakeTheSameFaultsAgain() throws IOException, SQLException, InterruptedException {
        List<String> once = faults(run(5, SHORT.dividedBy(2), directory.resolve("once")), "once");
        List<String> again = faults(run(5, SHORT.dividedBy(2), directory.resolve("again")), "again");
        int both = Math.min(once.size(), again.size());
        assertThat(both).isPositive();
        assertThat(once.subList(0, both)).isEqualTo(again.subList(0, both));
    }

    private List<String> faults(Piece piece, String name) throws IOException {
        assertThat(piece.violations()).as("%s", piece).isZero();
        return Files.readAllLines(directory.resolve(name).resolve(PieceRun.SCHEDULE_LOG));
    }

    @Test
    void aPlantedErrorMustBeCaught() throws IOException, SQLException, InterruptedException {
        assertThat(TeethRun.bite(Tooth.LOSS_IS_ROLLBACK, 1, directory, HYGIENE).caught())
                .extracting(Piece.Result::letter)
                .contains("b");
    }
}
