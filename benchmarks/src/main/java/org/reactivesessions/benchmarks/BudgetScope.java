package org.reactivesessions.benchmarks;

import java.util.Arrays;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.transaction.CommitVerification;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Mono;

/** A transaction whose cost is recorded, and must not grow unnoticed. */
enum BudgetScope {
    READ1("READ1"),
    READ1_SETTINGS("READ1 with settings"),
    READ1_NESTED("READ1 in a savepoint"),
    /** All at once on one connection, each behind the COMMIT of another. */
    READ1_QUEUED("READ1 in a queue"),
    WRITE3("WRITE3"),
    WRITE3_SETTINGS("WRITE3 with settings"),
    WRITE3_NESTED("WRITE3 in a savepoint"),
    WRITE3_MARKED("WRITE3 with a commit marker");

    private static final int ACCOUNT = 1;
    private static final TransactionOptions DEFAULTS = TransactionOptions.defaults();

    private final String text;

    BudgetScope(String text) {
        this.text = text;
    }

    /**
     * Finds one by its text.
     *
     * @throws IllegalArgumentException if there is none
     */
    static BudgetScope named(String text) {
        return Arrays.stream(values())
                .filter(scope -> scope.text.equals(text))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException(text + " is no scope whose budget is kept; record it anew"));
    }

    /** Whether so many of them are to be under way at once. */
    boolean isQueued() {
        return this == READ1_QUEUED;
    }

    /** The transaction, cold. */
    Mono<Long> on(ReactiveSessions sessions) {
        return switch (this) {
            case READ1 -> sessions.withTransaction(BudgetScope::read);
            case READ1_SETTINGS -> sessions.withTransaction(Ours.SETTINGS.readOnly(), BudgetScope::read);
            case READ1_NESTED -> sessions.withTransaction(session -> session.nested(BudgetScope::read));
            case READ1_QUEUED -> sessions.withTransaction(DEFAULTS.readOnly(), BudgetScope::read);
            case WRITE3 -> sessions.withTransaction(BudgetScope::write);
            case WRITE3_SETTINGS -> sessions.withTransaction(Ours.SETTINGS, BudgetScope::write);
            case WRITE3_NESTED -> sessions.withTransaction(session -> session.nested(BudgetScope::write));
            case WRITE3_MARKED ->
                sessions.withTransaction(DEFAULTS.verification(CommitVerification.marker()), BudgetScope::write);
        };
    }

    private static Mono<Long> read(Session session) {
        return Ours.balance(session, ACCOUNT);
    }

    private static Mono<Long> write(Session session) {
        return Ours.transfer(session, ACCOUNT);
    }

    @Override
    public String toString() {
        return text;
    }
}
