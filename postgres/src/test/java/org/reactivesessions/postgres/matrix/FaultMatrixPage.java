package org.reactivesessions.postgres.matrix;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** Writes the page with every row and its tests. A test fails if the page is not what this makes of them. */
final class FaultMatrixPage {

    static final String FILE = "docs/results/fault-matrix.md";
    static final String COMMAND =
            "mvn -q -pl postgres -am test-compile exec:exec@fault-matrix -DfaultMatrix.skip=false";

    private static final String SOURCES = "../../postgres/src/test/java/";

    private FaultMatrixPage() {}

    /**
     * Writes the page.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) throws IOException {
        Path page = Path.of(FILE);
        Files.write(page, lines(FaultMatrix.ROWS, RowTests.all()));
        System.out.println("written to " + page);
    }

    /** The page of rows and tests. */
    static List<String> lines(List<FaultMatrix.Row> rows, List<Method> tests) {
        List<String> page = new ArrayList<>();
        page.add("# What happens in the middle of a transaction, and what becomes of it");
        page.add("");
        page.add("Made from `FaultMatrix` and the tests by");
        page.add("`" + COMMAND + "`.");
        page.add("");
        page.add(
                "Every fault is made to happen where the row says: by a proxy that reads the protocol, by a trigger inside"
                        + " COMMIT, or by a");
        page.add(
                "signal to a process of the server. A test names its row and its invariants, at least those of the row, and"
                        + " fails if it has");
        page.add("not checked each of them.");
        page.add("");
        page.add("| row | fault | phase | outcome | invariants | tests |");
        page.add("|---|---|---|---|---|---|");
        rows.forEach(row -> page.add(line(row, FaultMatrix.testsOf(row, tests))));
        page.add("");
        page.add("## Invariants");
        for (Invariant invariant : Invariant.values()) {
            page.add("- **" + invariant + "** " + invariant.sentence());
        }
        return page;
    }

    private static String line(FaultMatrix.Row row, List<Method> tests) {
        String shown = tests.stream().map(FaultMatrixPage::shown).collect(Collectors.joining("<br>"));
        return "| " + row.number() + " | " + row.fault() + " | " + row.phase() + " | " + row.outcome() + " | "
                + names(row.invariants()) + " | " + shown + " |";
    }

    /** A test, where it is, and what it checks. */
    private static String shown(Method test) {
        Class<?> type = test.getDeclaringClass();
        return "[`" + type.getSimpleName() + "." + test.getName() + "`](" + SOURCES
                + type.getName().replace('.', '/') + ".java): "
                + names(List.of(test.getAnnotation(FaultRow.class).invariants()));
    }

    private static String names(Collection<Invariant> invariants) {
        return invariants.stream().map(Enum::name).collect(Collectors.joining(" "));
    }
}
