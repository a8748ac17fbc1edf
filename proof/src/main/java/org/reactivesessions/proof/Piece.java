package org.reactivesessions.proof;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.reactivesessions.proof.oracle.Check;

/**
 * What came out of one seed, as it is kept in a file.
 *
 * @param contestant who was put to the proof
 * @param seed of everything
 * @param counts by what is counted
 * @param checks in their order
 */
record Piece(String contestant, long seed, Map<String, Long> counts, List<Result> checks) {

    static final String TRANSACTIONS = "transactions";
    static final String DOUBTS = "commits in doubt";
    static final String CANCELS = "cancels";
    static final String KILLS = "processes killed";
    static final String SECONDS = "seconds";
    static final String SERVER = "server version";

    /** The outcome of a check. */
    record Result(String letter, String name, long asked, long violations, List<String> samples) {

        static Result of(Check check) {
            return new Result(check.letter(), check.name(), check.asked(), check.violations(), check.samples());
        }
    }

    long count(String what) {
        return counts.getOrDefault(what, 0L);
    }

    long violations() {
        return checks.stream().mapToLong(Result::violations).sum();
    }

    /** Writes it, all or nothing. */
    void writeTo(Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("contestant\t" + contestant);
        lines.add("seed\t" + seed);
        counts.forEach((what, number) -> lines.add("count\t" + what + "\t" + number));
        for (Result check : checks) {
            lines.add("check\t" + check.letter() + "\t" + check.name() + "\t" + check.asked() + "\t"
                    + check.violations());
            check.samples().forEach(sample -> lines.add("sample\t" + sample.replaceAll("[\t\r\n]+", " ")));
        }
        Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
        Files.write(unfinished, lines, StandardCharsets.UTF_8);
        Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    static Piece readFrom(Path file) throws IOException {
        String contestant = "";
        long seed = 0;
        Map<String, Long> counts = new LinkedHashMap<>();
        List<Result> checks = new ArrayList<>();
        for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
            String[] fields = line.split("\t", -1);
            switch (fields[0]) {
                case "contestant" -> contestant = fields[1];
                case "seed" -> seed = Long.parseLong(fields[1]);
                case "count" -> counts.put(fields[1], Long.parseLong(fields[2]));
                case "check" ->
                    checks.add(new Result(
                            fields[1],
                            fields[2],
                            Long.parseLong(fields[3]),
                            Long.parseLong(fields[4]),
                            new ArrayList<>()));
                case "sample" -> checks.get(checks.size() - 1).samples().add(fields[1]);
                default -> throw new IllegalArgumentException("no line of a piece: " + line);
            }
        }
        return new Piece(contestant, seed, counts, checks);
    }
}
