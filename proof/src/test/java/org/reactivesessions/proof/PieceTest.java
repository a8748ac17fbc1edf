package org.reactivesessions.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pieces are kept as they are, and make one report. */
class PieceTest {

    @TempDir
    private Path directory;

    private static Piece piece(String contestant, long seed, long violations) {
        return new Piece(
                contestant,
                seed,
                Map.of(Piece.TRANSACTIONS, 300_000L, Piece.DOUBTS, 3_000L, Piece.CANCELS, 30_000L, Piece.KILLS, 30L),
                List.of(new Piece.Result(
                        "a", "is there", 100, violations, violations == 0 ? List.of() : List.of("<such as this>"))));
    }

    private String report(Piece... pieces) throws IOException {
        for (Piece piece : pieces) {
            piece.writeTo(directory.resolve(piece.contestant() + "-" + piece.seed() + ProofReport.SUFFIX));
        }
        Path text = directory.resolve("proof.txt");
        Path html = directory.resolve("proof.html");
        ProofReport.of(directory).writeTo(text, html);
        return Files.readString(text) + Files.readString(html);
    }

    @Test
    void whatIsWrittenMustBeRead() throws IOException {
        Piece piece = piece("somebody", 3, 2);
        Path file = directory.resolve("one" + ProofReport.SUFFIX);
        piece.writeTo(file);
        assertThat(Piece.readFrom(file)).isEqualTo(piece);
    }

    @Test
    void totalsMustBeThoseOfAllSeeds() throws IOException {
        assertThat(report(piece("Reactive Sessions", 1, 0), piece("Reactive Sessions", 2, 0), piece("another", 1, 6)))
                .contains("600,000", "5.0e-06 for each (rule of three)", "6,000", "60,000", "another", "2.0");
    }

    @Test
    void aViolationMustBeShownAndTakeTheBoundAway() throws IOException {
        assertThat(report(piece("Reactive Sessions", 1, 1)))
                .contains("none, as there are violations", "<such as this>", "&lt;such as this&gt;")
                .doesNotContain("rule of three");
    }

    @Test
    void thePageMustNeedNothingElse() throws IOException {
        report(piece("Reactive Sessions", 1, 0));
        assertThat(Files.readString(directory.resolve("proof.html")))
                .contains("name=\"viewport\"")
                .doesNotContain("src=", "href=", "url(", "@import", "http");
    }
}
