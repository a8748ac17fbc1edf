package org.reactivesessions.postgres.doubt;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.postgres.report.Page;

/**
 * Counts what became of the transactions. Immutable.
 *
 * @param fates what became of each
 * @param transactions how many there were
 * @param present the keys of all rows that are there in the end
 */
record CrashTable(List<Fate> fates, int transactions, Set<Integer> present) {

    long wrong() {
        return count(Fate::isWrong);
    }

    /** How many rows came or went after their round. */
    long changed() {
        return count(fate -> fate.present() != present.contains(fate.id()));
    }

    long contradicted() {
        return count(Fate::isContradicted);
    }

    long untold() {
        return (long) transactions - fates.size();
    }

    long unknown() {
        return count(fate -> fate.told().outcome() == TransactionOutcome.IN_DOUBT);
    }

    long doubtCommitted() {
        return count(doubtThatBecame(TransactionOutcome.COMMITTED));
    }

    long doubtRolledBack() {
        return count(doubtThatBecame(TransactionOutcome.ROLLED_BACK));
    }

    private long count(Predicate<Fate> wanted) {
        return fates.stream().filter(wanted).count();
    }

    private static Predicate<Fate> doubtThatBecame(TransactionOutcome outcome) {
        return fate -> fate.wasInDoubt() && fate.told().outcome() == outcome;
    }

    private static Predicate<Fate> without(TransactionOutcome outcome) {
        return fate -> !fate.wasInDoubt() && fate.told().outcome() == outcome;
    }

    /** One row for each figure, one column for each kind of round. */
    List<List<String>> rows() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(Stream.concat(Stream.of(""), Stream.of(Cut.values()).map(Cut::toString))
                .toList());
        rows.add(row("transactions", fate -> true));
        rows.add(row("acknowledged, without a doubt", without(TransactionOutcome.COMMITTED)));
        rows.add(row("failed before COMMIT, without a doubt", without(TransactionOutcome.ROLLED_BACK)));
        rows.add(row("in doubt, then COMMITTED", doubtThatBecame(TransactionOutcome.COMMITTED)));
        rows.add(row("in doubt, then ROLLED_BACK", doubtThatBecame(TransactionOutcome.ROLLED_BACK)));
        rows.add(row("in doubt, and unknown to the caller", doubtThatBecame(TransactionOutcome.IN_DOUBT)));
        rows.add(row(
                "– of these durable",
                doubtThatBecame(TransactionOutcome.IN_DOUBT).and(Fate::present)));
        rows.add(row("WRONG", Fate::isWrong));
        return rows;
    }

    private List<String> row(String head, Predicate<Fate> wanted) {
        return Stream.concat(
                        Stream.of(head),
                        Stream.of(Cut.values()).map(cut -> Page.figure(count(wanted.and(fate -> fate.cut() == cut)))))
                .toList();
    }

    List<String> samples() {
        return fates.stream()
                .filter(fate -> fate.isWrong() || fate.isContradicted())
                .limit(3)
                .map(Fate::toString)
                .toList();
    }
}
