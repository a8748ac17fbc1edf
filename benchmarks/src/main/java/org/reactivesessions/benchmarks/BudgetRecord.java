package org.reactivesessions.benchmarks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What transactions cost when it was last recorded on purpose, for some JDKs. Immutable.
 *
 * @param costs by JDK and scope
 */
record BudgetRecord(List<BudgetCost> costs) {

    static final String COMMAND = "mvn -q -B -pl benchmarks -am compile exec:exec -Dbenchmarks.skip=false"
            + " -Dbenchmarks.program=BudgetRun \"-Dbenchmarks.args=--record docs/results/budget.csv\"";

    /** An object more in a transaction has 16 bytes at least; the figures are the same from run to run. */
    static final long TOLERANCE = 8;

    private static final String COMMENT = "# ";

    BudgetRecord {
        costs = costs.stream()
                .sorted(Comparator.comparing(BudgetCost::jdk).thenComparing(BudgetCost::scope))
                .toList();
    }

    /**
     * Reads the lines of a file.
     *
     * @throws IllegalArgumentException if one is not understood
     */
    static BudgetRecord parse(List<String> lines) {
        List<String> values =
                lines.stream().filter(line -> !line.startsWith(COMMENT)).toList();
        if (values.isEmpty() || !values.get(0).equals(BudgetCost.COLUMNS)) {
            throw new IllegalArgumentException("the first line that is no comment must be " + BudgetCost.COLUMNS
                    + ", but the file begins with " + lines.stream().limit(1).toList());
        }
        return new BudgetRecord(values.stream().skip(1).map(BudgetCost::parse).toList());
    }

    /** The lines of the file. */
    List<String> lines() {
        return Stream.of(
                        Stream.of(
                                COMMENT
                                        + "What transactions cost: compared with what they cost now by BudgetIT, and changed by",
                                COMMENT + COMMAND,
                                COMMENT
                                        + "on Linux, once with each JDK that has lines here. Bytes without the second compiler.",
                                BudgetCost.COLUMNS),
                        costs.stream().map(BudgetCost::line))
                .flatMap(part -> part)
                .toList();
    }

    /** The same with what was measured now in the place of what was known of that JDK. */
    BudgetRecord with(List<BudgetCost> measured) {
        int jdk = measured.get(0).jdk();
        return new BudgetRecord(Stream.concat(costs.stream().filter(cost -> cost.jdk() != jdk), measured.stream())
                .toList());
    }

    /**
     * In what the costs differ from what is recorded. What goes over the wire is the same on every JDK, so one without a record of
     * its own is compared with any in that, and not in its bytes.
     *
     * @param bytes whether bytes are to be compared, which another transport than that of Linux allocates differently
     * @return sentences; none if all is as recorded
     */
    List<String> differences(List<BudgetCost> measured, boolean bytes) {
        List<String> differences = new ArrayList<>();
        for (BudgetScope scope : BudgetScope.values()) {
            BudgetCost now = of(measured, scope);
            List<BudgetCost> known =
                    costs.stream().filter(cost -> cost.scope() == scope).toList();
            if (known.isEmpty()) {
                differences.add(scope + ": nothing is recorded");
                continue;
            }
            BudgetCost own = known.stream()
                    .filter(cost -> cost.jdk() == now.jdk())
                    .findFirst()
                    .orElse(known.get(0));
            compare(differences, scope + ": round trips", own.flights(), now.flights(), 0);
            compare(differences, scope + ": messages sent", own.sent(), now.sent(), 0);
            compare(differences, scope + ": messages received", own.received(), now.received(), 0);
            if (bytes && own.jdk() == now.jdk()) {
                compare(differences, scope + ": bytes", own.bytes(), now.bytes(), TOLERANCE);
            }
        }
        return differences;
    }

    private static void compare(List<String> differences, String what, long recorded, long now, long tolerance) {
        if (Math.abs(now - recorded) > tolerance) {
            differences.add(what + " were " + recorded + " when they were recorded, and are " + now);
        }
    }

    private static BudgetCost of(List<BudgetCost> measured, BudgetScope scope) {
        return measured.stream()
                .filter(cost -> cost.scope() == scope)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("nothing was measured of " + scope + ", only of "
                        + measured.stream().map(cost -> cost.scope().toString()).collect(Collectors.joining(", "))));
    }
}
