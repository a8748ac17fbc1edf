package org.reactivesessions.postgres.doubt;

import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.CommitOutcomeUnknownException;
import org.reactivesessions.error.TransactionOutcome;
import reactor.core.publisher.Mono;

/**
 * What a caller was told of his transaction.
 *
 * @param outcome committed if he got a value, in doubt if he got {@link CommitOutcomeUnknownException}, else rolled back: he
 *     may run it again
 * @param error what he got instead of a value
 */
record Told(TransactionOutcome outcome, @Nullable Throwable error) {

    static Mono<Told> by(Mono<?> transaction) {
        return transaction
                .then(Mono.just(new Told(TransactionOutcome.COMMITTED, null)))
                .onErrorResume(error -> Mono.just(new Told(outcome(error), error)));
    }

    private static TransactionOutcome outcome(Throwable error) {
        return error instanceof CommitOutcomeUnknownException
                ? TransactionOutcome.IN_DOUBT
                : TransactionOutcome.ROLLED_BACK;
    }

    /** Whether it contradicts what is in the database. */
    boolean isWrong(boolean present) {
        return switch (outcome) {
            case COMMITTED -> !present;
            case ROLLED_BACK, NOT_STARTED -> present;
            case IN_DOUBT -> false;
        };
    }
}
