package org.reactivesessions.proof;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.reactivesessions.proof.contestant.Lineup;
import org.reactivesessions.proof.report.Arguments;

/**
 * The program: puts a contestant to the proof, a piece for each seed, and makes a report of all pieces there are. A piece whose file
 * is there already is not run again, so that it can be stopped at any time and gone on with. It ends with exit code 1 if this library
 * was found wrong.
 *
 * <p>{@code mvn -q -pl proof -am compile exec:exec -Dproof.skip=false "-Dproof.args=--seeds 1-20 --transactions 55000 --out pieces"}.
 * Further options: {@code --contestant OURS | USING_WHEN | SPRING | JDBC}, {@code --seconds n} for the most a piece may take, {@code
 * --report file --page file} for the report.
 */
public final class ProofRun {

    private static final List<String> OPTIONS =
            List.of("seeds", "transactions", "seconds", "out", "contestant", "recheck", "slack", "report", "page");

    private ProofRun() {}

    /** Runs it and ends the JVM. */
    public static void main(String... arguments) throws IOException, SQLException, InterruptedException {
        Arguments options = Arguments.parse(OPTIONS, arguments);
        Path out = Path.of(options.text("out", "target/proof"));
        Files.createDirectories(out);
        Lineup contestant = Lineup.valueOf(options.text("contestant", Lineup.OURS.name()));
        Hygiene hygiene = Hygiene.install();
        long violations = 0;
        for (long seed : options.range("seeds", "1")) {
            violations += piece(contestant, seed, options, out, hygiene).violations();
        }
        Path text = options.file("report");
        Path page = options.file("page");
        if (text != null && page != null) {
            ProofReport.of(out).writeTo(text, page);
        }
        System.exit(contestant == Lineup.OURS && violations > 0 ? 1 : 0);
    }

    private static Piece piece(Lineup contestant, long seed, Arguments options, Path out, Hygiene hygiene)
            throws IOException, SQLException, InterruptedException {
        String name = contestant.name().toLowerCase(Locale.ROOT) + "-" + seed;
        Path file = out.resolve(name + ProofReport.SUFFIX);
        if (Files.exists(file)) {
            return Piece.readFrom(file);
        }
        Path work = out.resolve(name + ".work");
        delete(work);
        PieceSettings settings = PieceSettings.of(seed, options.number("transactions", 55_000), work)
                .withWorkers(contestant == Lineup.OURS)
                .withTime(Duration.ofSeconds(options.number("seconds", 7_200)))
                .withRecheck(Duration.ofSeconds(options.number("recheck", 30)))
                .withSlack(Duration.ofMillis(options.number("slack", 250)));
        Piece piece = PieceRun.of(settings, target -> contestant.open(target, PieceSettings.POOL), hygiene);
        piece.writeTo(file);
        print(piece);
        if (piece.violations() == 0) {
            delete(work); // otherwise it is evidence
        }
        return piece;
    }

    private static void print(Piece piece) {
        System.out.printf(
                Locale.ROOT,
                "%s, seed %d: %,d transactions in %d s, %,d in doubt, %,d cancels, %d killed, %,d violations%n",
                piece.contestant(),
                piece.seed(),
                piece.count(Piece.TRANSACTIONS),
                piece.count(Piece.SECONDS),
                piece.count(Piece.DOUBTS),
                piece.count(Piece.CANCELS),
                piece.count(Piece.KILLS),
                piece.violations());
        piece.checks().stream()
                .filter(check -> check.violations() > 0)
                .forEach(check -> System.out.printf(
                        Locale.ROOT,
                        "  (%s) %s: %,d of %,d, such as %s%n",
                        check.letter(),
                        check.name(),
                        check.violations(),
                        check.asked(),
                        check.samples()));
    }

    static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
