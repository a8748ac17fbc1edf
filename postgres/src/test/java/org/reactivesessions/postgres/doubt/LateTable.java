package org.reactivesessions.postgres.doubt;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.postgres.report.Page;

/** Counts what the rounds have shown, kind by kind. Not thread-safe. */
final class LateTable {

    private final Evidence evidence;

    LateTable(Evidence evidence) {
        this.evidence = evidence;
    }

    void add(Planted planted, List<Round> rounds, Oracle oracle) throws SQLException {
        evidence.line("%s: %,d rounds", planted, rounds.size());
        evidence.line("");
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "held",
                "rounds",
                "COMMITTED",
                "ROLLED_BACK",
                "UNKNOWN",
                "present",
                "WRONG",
                "late marker met the fence (23505)",
                "late marker had expired (RS001)",
                "late COMMIT answered ROLLBACK",
                "resolver told to wait (55P03)"));
        for (Held held : Held.values()) {
            rows.add(row(
                    held, rounds.stream().filter(round -> round.held() == held).toList()));
        }
        evidence.table(rows);
        judge(planted, rounds, oracle.numbers("SELECT id FROM late"));
    }

    private static List<String> row(Held held, List<Round> rounds) {
        return List.of(
                held.toString(),
                count(rounds, round -> true),
                count(rounds, round -> round.told().outcome() == TransactionOutcome.COMMITTED),
                count(rounds, round -> round.told().outcome() == TransactionOutcome.ROLLED_BACK),
                count(rounds, round -> round.told().outcome() == TransactionOutcome.IN_DOUBT),
                count(rounds, Round::present),
                count(rounds, Round::isWrong),
                count(rounds, Round::fenced),
                count(rounds, Round::expired),
                count(rounds, Round::rolledBack),
                Page.figure(rounds.stream().mapToLong(Round::waited).sum()));
    }

    private static String count(List<Round> rounds, Predicate<Round> wanted) {
        return Page.figure(rounds.stream().filter(wanted).count());
    }

    /** Looks at every row again: nothing may have changed since its round. */
    private void judge(Planted planted, List<Round> rounds, Set<Integer> present) {
        long wrong = rounds.stream().filter(Round::isWrong).count();
        long changed = rounds.stream()
                .filter(round -> round.present() != present.contains(round.id()))
                .count();
        List<Round> unexpected = rounds.stream().filter(Round::isUnexpected).toList();
        if (planted.isWrong()) {
            evidence.line("%s: %s by %,d wrong verdicts.", planted, wrong > 0 ? "caught" : "NOT CAUGHT", wrong);
            if (wrong == 0) {
                evidence.fault("not caught: %s", planted);
            }
        } else {
            if (wrong > 0 || changed > 0) {
                evidence.fault("%s: %,d wrong verdicts, %,d rows that changed afterwards", planted, wrong, changed);
            }
            if (planted == Planted.NOTHING && !unexpected.isEmpty()) {
                evidence.fault("%,d rounds did not go as they must", unexpected.size());
                evidence.samples(unexpected.stream().map(Round::toString).toList());
            }
            long unknown = rounds.stream()
                    .filter(round -> round.told().outcome() == TransactionOutcome.IN_DOUBT)
                    .count();
            evidence.line(
                    "%s: %,d wrong verdicts, %,d rows changed afterwards; the statement named by the error told the truth in"
                            + " %,d of the %,d unknown cases.",
                    planted,
                    wrong,
                    changed,
                    rounds.stream()
                            .filter(round ->
                                    round.told().outcome() == TransactionOutcome.IN_DOUBT && round.afterwards())
                            .count(),
                    unknown);
        }
        evidence.line("");
    }
}
