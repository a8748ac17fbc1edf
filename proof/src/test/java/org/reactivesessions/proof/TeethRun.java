package org.reactivesessions.proof;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.reactivesessions.proof.report.Arguments;
import org.reactivesessions.proof.report.Figures;
import org.reactivesessions.proof.report.Page;
import org.reactivesessions.proof.report.TextPage;

/**
 * The program: plants one error after the other, and looks whether the proof finds it. It ends with exit code 1 if one was not found
 * within five minutes, or if something was found where nothing is planted.
 *
 * <p>{@code mvn -q -pl proof -am test-compile exec:exec@teeth -DproofTeeth.skip=false "-DproofTeeth.args=--out pieces --report
 * docs/results/proof-teeth.txt"}
 */
public final class TeethRun {

    private static final long LIMIT_SECONDS = 300;
    private static final long FIRST_SECONDS = 4;
    /** A control is run for as long as the longest of the others may take for its first three tries. */
    private static final long CONTROL_SECONDS = 28;

    private TeethRun() {}

    /** Runs it and ends the JVM. */
    public static void main(String... arguments) throws IOException, SQLException, InterruptedException {
        Arguments options = Arguments.parse(List.of("out", "report", "only", "seed"), arguments);
        Path out = Path.of(options.text("out", "target/proof"));
        Files.createDirectories(out);
        List<String> only = Arrays.asList(options.text("only", "").split(","));
        Hygiene hygiene = Hygiene.install();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("planted", "caught by", "after", "transactions"));
        boolean good = true;
        for (Tooth tooth : Tooth.values()) {
            if (only.contains("") || only.contains(tooth.name())) {
                Bite bite = bite(tooth, options.number("seed", 1), out, hygiene);
                good &= bite.caught().isEmpty() != tooth.isWrong();
                rows.add(bite.row());
                System.out.println(String.join(" | ", bite.row()));
            }
        }
        Files.write(
                out.resolve(ProofReport.TEETH),
                rows.stream().map(row -> String.join("\t", row)).toList(),
                StandardCharsets.UTF_8);
        Path report = options.file("report");
        if (report != null) {
            Files.writeString(report, TextPage.of(page(rows)), StandardCharsets.UTF_8);
        }
        System.exit(good ? 0 : 1);
    }

    private static Page page(List<List<String>> rows) {
        return new Page("Planted errors, and what caught them")
                .paragraph(
                        "The proof is run with an error in the library, or around it, under the kind of fault that brings it"
                                + " to light: for 4 s, then with another seed for 8 s, and so on until it is caught. The time is the sum.")
                .paragraph("mvn -q -pl proof -am test-compile exec:exec@teeth -DproofTeeth.skip=false"
                        + " \"-DproofTeeth.args=--report docs/results/proof-teeth.txt\"")
                .table(rows);
    }

    /** Until it is caught, or the time is over. */
    static Bite bite(Tooth tooth, long firstSeed, Path out, Hygiene hygiene)
            throws IOException, SQLException, InterruptedException {
        long limit = tooth.isWrong() ? LIMIT_SECONDS : CONTROL_SECONDS;
        long seconds = 0;
        long transactions = 0;
        long seed = firstSeed;
        for (long next = FIRST_SECONDS; seconds + next <= limit; next *= 2) {
            Path work = out.resolve("tooth-" + tooth.name().toLowerCase(Locale.ROOT) + "-" + seed);
            ProofRun.delete(work);
            PieceSettings settings = PieceSettings.of(seed, Integer.MAX_VALUE, work)
                    .withFaults(tooth.faults())
                    .withClients(tooth.clients())
                    .withWorkers(false)
                    .withTime(Duration.ofSeconds(next))
                    .withRecheck(Duration.ZERO)
                    .withSlack(Duration.ofSeconds(10));
            Piece piece = PieceRun.of(settings, tooth::open, hygiene);
            ProofRun.delete(work);
            seconds += next;
            transactions += piece.count(Piece.TRANSACTIONS);
            List<Piece.Result> caught = piece.checks().stream()
                    .filter(check -> check.violations() > 0)
                    .toList();
            if (!caught.isEmpty()) {
                caught.forEach(check -> System.out.println("    (" + check.letter() + ") " + check.samples()));
                return new Bite(tooth, caught, seconds, transactions);
            }
            seed++;
        }
        return new Bite(tooth, List.of(), seconds, transactions);
    }

    /**
     * What came of it.
     *
     * @param caught the checks that found something
     */
    record Bite(Tooth tooth, List<Piece.Result> caught, long seconds, long transactions) {

        List<String> row() {
            return List.of(
                    tooth.words(),
                    caught.isEmpty()
                            ? (tooth.isWrong() ? "NOT CAUGHT" : "nothing, as it has to be")
                            : caught.stream()
                                    .map(check -> "(" + check.letter() + ") " + Figures.of(check.violations()))
                                    .collect(Collectors.joining(", ")),
                    seconds + " s",
                    Figures.of(transactions));
        }
    }
}
