package org.reactivesessions.postgres.cancelrun;

import static java.util.Locale.ROOT;

import io.netty.util.ResourceLeakDetector;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.reactivesessions.postgres.report.Page;
import org.reactivesessions.testkit.server.PostgresServer;

/** Prints what the parts have shown, and decides whether that is good enough. Not thread-safe. */
final class Conclusion {

    private static final int SAMPLES = 20;

    private final RunOptions options;
    private final Page page;
    private final List<List<String>> mutants = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();

    Conclusion(RunOptions options, Page page) {
        this.options = options;
        this.page = page;
        mutants.add(List.of("mutant", "transactions + aimed", "verdict", "by"));
    }

    void introduce(PostgresServer server) throws SQLException {
        page.line("Random cancel run with seed " + options.seed() + ": two-insert transactions, " + Traffic.IN_FLIGHT
                + " at a time on " + Traffic.POOL + " connections, each cancelled with probability 0.8 within 3 ms.");
        try (var connection = server.openJdbc()) {
            page.line("PostgreSQL " + connection.getMetaData().getDatabaseProductVersion() + ", Java "
                    + Runtime.version() + ", " + Runtime.getRuntime().availableProcessors()
                    + " processors, Netty leak detection "
                    + ResourceLeakDetector.getLevel().name().toLowerCase(ROOT) + ".");
        }
        page.line("");
    }

    /** The library: every check, and enough cancels in every phase. */
    void ours(PartResult result) {
        describe(result);
        long minimum = options.phaseMinimum();
        if (options.transactions() < RunOptions.TRANSACTIONS) {
            page.line("With fewer than " + Page.figure((long) RunOptions.TRANSACTIONS)
                    + " transactions every phase needs only " + minimum + " cancels.");
        }
        if (result.aimed() > 0) {
            page.line("The last " + Page.figure((long) result.aimed())
                    + " of them were cancelled within 0.2 ms after a phase had begun.");
        }
        page.line("");
        List<List<String>> phases = new ArrayList<>();
        phases.add(List.of("cancelled while", "cancels by the clock", "aimed cancels"));
        for (CancelPhase phase : CancelPhase.values()) {
            long byTheClock = result.byTheClock().getOrDefault(phase, 0L);
            long byAim = result.byAim().getOrDefault(phase, 0L);
            phases.add(List.of(phase.toString(), Page.figure(byTheClock), Page.figure(byAim)));
            if (phase != CancelPhase.NONE && byTheClock + byAim < minimum) {
                faults.add("only " + (byTheClock + byAim) + " cancels while " + phase + ", but " + minimum
                        + " are needed");
            }
        }
        page.table(phases);
        if (!result.findings().isClean()) {
            faults.add("ours: " + result.findings());
            samples(result);
        }
    }

    /** The library once more, in another way: every check. */
    void alsoOurs(PartResult result) {
        if (!result.findings().isClean()) {
            faults.add(result.name() + ": " + result.findings());
            samples(result);
        }
    }

    /**
     * A mutant has to be caught by the damage it does, and the control has to be clean.
     *
     * @param rounds how many parts it took
     * @param result what the last of them has shown
     */
    void mutant(Mutant mutant, int rounds, PartResult result) {
        Findings findings = result.findings();
        boolean asWanted = mutant.isWrong() ? findings.isDamaged() : findings.isClean();
        mutants.add(List.of(
                mutant.toString(),
                Page.figure((long) rounds * result.transactions()) + " + "
                        + Page.figure((long) rounds * result.aimed()),
                mutant.isWrong() ? (asWanted ? "caught" : "SURVIVED") : (asWanted ? "clean" : "NOT CLEAN"),
                findings.isClean() ? "–" : findings.toString()));
        if (!asWanted) {
            faults.add(mutant + (mutant.isWrong() ? " survived" : " was not clean: " + findings));
            samples(result);
        }
        if (result.stalled()) {
            faults.add(mutant + " came to a standstill");
            samples(result);
        }
    }

    /** The library beside the contenders, check by check. */
    void compared(List<PartResult> results) {
        if (results.isEmpty()) {
            return;
        }
        results.stream().filter(result -> !"ours".equals(result.name())).forEach(this::describe);
        List<List<String>> rows = new ArrayList<>();
        rows.add(row("", results.stream().map(PartResult::name)));
        rows.add(row("transactions", results.stream().map(result -> Page.figure(result.total()))));
        rows.add(row("cancelled", results.stream().map(result -> Page.figure(result.cancelled()))));
        for (Check check : Check.values()) {
            rows.add(row(
                    check.toString(),
                    results.stream().map(result -> Page.figure(result.findings().count(check)))));
        }
        page.line("");
        page.table(rows);
    }

    private static List<String> row(String head, Stream<String> figures) {
        return Stream.concat(Stream.of(head), figures).toList();
    }

    private void describe(PartResult result) {
        page.line(String.format(
                ROOT,
                "%s: %,d transactions, %,d of them cancelled, in %d s (%,d per second).",
                result.name(),
                result.total(),
                result.cancelled(),
                result.took().toSeconds(),
                result.perSecond()));
    }

    private void samples(PartResult result) {
        if (result.findings().samples().isEmpty()) {
            return;
        }
        page.line("Examples from " + result.name() + ":");
        result.findings().samples().stream()
                .limit(SAMPLES)
                .flatMap(sample -> Arrays.stream(sample.split("\n", -1)))
                .forEach(line -> page.line("    " + line));
        page.line("");
    }

    /** Prints the rest; {@code true} if nothing speaks against the library. */
    boolean conclude() {
        if (mutants.size() > 1) {
            page.table(mutants);
        }
        faults.forEach(fault -> page.line("FAULT: " + fault));
        page.line(faults.isEmpty() ? "PASSED" : "FAILED");
        return faults.isEmpty();
    }
}
