package org.reactivesessions.proof;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.reactivesessions.proof.report.Figures;
import org.reactivesessions.proof.report.HtmlPage;
import org.reactivesessions.proof.report.Page;
import org.reactivesessions.proof.report.TextPage;

/** Makes one report of all pieces of a directory. Used by one thread. */
final class ProofReport {

    /** How the files of pieces are called. */
    static final String SUFFIX = ".piece";
    /** The file with what was planted and by what it was caught. */
    static final String TEETH = "teeth.tsv";

    private static final String OURS = "Reactive Sessions";
    /** Checks of what this library is made with, and those that others are not asked. */
    private static final Set<String> NOT_COMPARED = Set.of("(b2)", "(i)", "(j)", "(k)");

    private static final double RULE_OF_THREE = 3;
    private static final long PER = 100_000;

    private final Path directory;
    private final Map<String, List<Piece>> byContestant = new LinkedHashMap<>();

    private ProofReport(Path directory) {
        this.directory = directory;
    }

    static ProofReport of(Path directory) throws IOException {
        ProofReport report = new ProofReport(directory);
        try (Stream<Path> files = Files.list(directory)) {
            List<Piece> pieces = new ArrayList<>();
            for (Path file :
                    files.filter(each -> each.toString().endsWith(SUFFIX)).toList()) {
                pieces.add(Piece.readFrom(file));
            }
            pieces.sort(
                    Comparator.comparing((Piece piece) -> !piece.contestant().equals(OURS))
                            .thenComparing(Piece::contestant)
                            .thenComparing(Piece::seed));
            pieces.forEach(piece -> report.byContestant
                    .computeIfAbsent(piece.contestant(), none -> new ArrayList<>())
                    .add(piece));
        }
        return report;
    }

    void writeTo(Path text, Path html) throws IOException {
        Page page = page();
        Files.writeString(text, TextPage.of(page), StandardCharsets.UTF_8);
        Files.writeString(html, HtmlPage.of(page), StandardCharsets.UTF_8);
    }

    private Page page() throws IOException {
        List<Piece> ours = byContestant.getOrDefault(OURS, List.of());
        Page page = new Page("The proof that nothing is lost");
        page.paragraph(
                "Clients move amounts between 64 accounts, in transactions of six kinds, while COMMITs and their answers are"
                        + " lost or held back, connections and sessions broken, and processes of the server, the server itself and"
                        + " clients killed, by a schedule that a seed decides. Every client writes down what it is about to do and"
                        + " what it was told, outside of the database. In the end an oracle that shares no class with the library"
                        + " compares that with what is in the database, by plain JDBC.");
        page.paragraph(
                "mvn -q -pl proof -am compile exec:exec -Dproof.skip=false \"-Dproof.args=--seeds 1-20 --transactions"
                        + " 55000 --out pieces --report docs/results/proof.txt --page docs/proof.html\"");
        if (!ours.isEmpty()) {
            page.paragraph(Environment.text(ours.get(0).count(Piece.SERVER)));
        }
        page.heading("How much").table(totals(ours));
        page.heading("What was checked").table(checks(ours));
        samples(page, ours);
        page.heading("What went wrong").table(faults(ours));
        page.paragraph("Told to clients, and counted by the library: " + counted(ours) + ".");
        if (byContestant.size() > 1) {
            page.heading("The same with others, violations in 100,000 transactions")
                    .table(comparison());
            page.paragraph(
                    "Each runs the same operations under the same kinds of faults, with the same limits, as its own"
                            + " documentation has it. An error of the others says nothing about what became of the transaction; here,"
                            + " as in most applications, it is taken for a failure: check (b) counts those that are durable all the"
                            + " same, which whoever tries again applies twice. That is inherent in them, and no wrong statement; the"
                            + " other columns are.");
        }
        teeth(page);
        page.heading("Seed by seed").table(seeds(ours));
        return page;
    }

    private static long sum(List<Piece> pieces, String what) {
        return pieces.stream().mapToLong(piece -> piece.count(what)).sum();
    }

    private static List<List<String>> totals(List<Piece> ours) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("", "number", "wanted", "violations", "95 % upper bound of a violation"));
        long violations = ours.stream().mapToLong(Piece::violations).sum();
        rows.add(total("transactions", sum(ours, Piece.TRANSACTIONS), 1_000_000, violations));
        rows.add(total("commits in doubt", sum(ours, Piece.DOUBTS), 10_000, violations));
        rows.add(total("cancels", sum(ours, Piece.CANCELS), 100_000, violations));
        rows.add(total("processes killed", sum(ours, Piece.KILLS), 500, violations));
        rows.add(List.of("seeds", Figures.of(ours.size()), "20", "", ""));
        return rows;
    }

    private static List<String> total(String what, long number, long wanted, long violations) {
        return List.of(
                what,
                Figures.of(number),
                Figures.of(wanted),
                Figures.of(violations),
                violations > 0 || number == 0
                        ? "none, as there are violations"
                        : String.format(Locale.ROOT, "%.1e for each (rule of three)", RULE_OF_THREE / number));
    }

    /** By letter and name: how often asked, how often violated. */
    private static Map<String, long[]> summed(List<Piece> pieces) {
        Map<String, long[]> sums = new LinkedHashMap<>();
        for (Piece piece : pieces) {
            for (Piece.Result check : piece.checks()) {
                long[] sum = sums.computeIfAbsent("(" + check.letter() + ")\t" + check.name(), none -> new long[2]);
                sum[0] += check.asked();
                sum[1] += check.violations();
            }
        }
        return sums;
    }

    private static List<List<String>> checks(List<Piece> ours) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("", "check", "asked", "violations"));
        summed(ours).forEach((check, sums) -> {
            String[] parts = check.split("\t", -1);
            rows.add(List.of(parts[0], parts[1], Figures.of(sums[0]), Figures.of(sums[1])));
        });
        return rows;
    }

    private static void samples(Page page, List<Piece> pieces) {
        for (Piece piece : pieces) {
            for (Piece.Result check : piece.checks()) {
                check.samples()
                        .forEach(sample ->
                                page.paragraph("Seed " + piece.seed() + ", (" + check.letter() + "): " + sample));
            }
        }
    }

    private static Map<String, Long> counts(List<Piece> pieces, String prefix) {
        Map<String, Long> sums = new TreeMap<>();
        pieces.forEach(piece -> piece.counts().forEach((what, number) -> {
            if (what.startsWith(prefix)) {
                sums.merge(what.substring(prefix.length()), number, Long::sum);
            }
        }));
        return sums;
    }

    private static List<List<String>> faults(List<Piece> ours) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("fault", "times"));
        counts(ours, "fault ").forEach((fault, number) -> rows.add(List.of(fault, Figures.of(number))));
        return rows;
    }

    private static String counted(List<Piece> ours) {
        return Stream.of("told ", "doubts ", "open intents ")
                .flatMap(prefix -> counts(ours, prefix).entrySet().stream()
                        .map(count -> prefix + count.getKey() + " " + Figures.of(count.getValue())))
                .collect(Collectors.joining(", "));
    }

    private List<List<String>> comparison() {
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("check"));
        head.addAll(byContestant.keySet());
        rows.add(head);
        List<String> sizes = new ArrayList<>(List.of("transactions"));
        byContestant.values().forEach(pieces -> sizes.add(Figures.of(sum(pieces, Piece.TRANSACTIONS))));
        rows.add(sizes);
        for (String check : summed(byContestant.values().iterator().next()).keySet()) {
            if (NOT_COMPARED.contains(check.split("\t", -1)[0])) {
                continue;
            }
            List<String> row = new ArrayList<>(List.of(check.replace('\t', ' ')));
            byContestant.values().forEach(pieces -> {
                long[] sums = summed(pieces).getOrDefault(check, new long[2]);
                row.add(String.format(
                        Locale.ROOT, "%,.1f", (double) sums[1] * PER / Math.max(1, sum(pieces, Piece.TRANSACTIONS))));
            });
            rows.add(row);
        }
        return rows;
    }

    private void teeth(Page page) throws IOException {
        Path file = directory.resolve(TEETH);
        if (!Files.exists(file)) {
            return;
        }
        page.heading("Planted errors, and what caught them");
        page.table(Files.readAllLines(file, StandardCharsets.UTF_8).stream()
                .map(line -> List.of(line.split("\t", -1)))
                .toList());
    }

    private static List<List<String>> seeds(List<Piece> ours) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("seed", "transactions", "in doubt", "cancels", "killed", "violations", "time"));
        ours.forEach(piece -> rows.add(List.of(
                Figures.of(piece.seed()),
                Figures.of(piece.count(Piece.TRANSACTIONS)),
                Figures.of(piece.count(Piece.DOUBTS)),
                Figures.of(piece.count(Piece.CANCELS)),
                Figures.of(piece.count(Piece.KILLS)),
                Figures.of(piece.violations()),
                piece.count(Piece.SECONDS) + " s")));
        return rows;
    }
}
