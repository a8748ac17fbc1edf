package org.reactivesessions.postgres.doubt;

import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.TransactionOutcome;

/**
 * What became of one transaction.
 *
 * @param id the key of its row
 * @param cut what happened to its server
 * @param told what its caller was told
 * @param heard what the listener was told, {@code null} if nothing
 * @param resolved what the database said when it was asked, {@code null} if nobody had to ask
 * @param present whether the row was there after the recovery
 */
record Fate(
        int id,
        Cut cut,
        Told told,
        @Nullable TransactionOutcome heard,
        @Nullable TransactionOutcome resolved,
        boolean present) {

    boolean isWrong() {
        return told.isWrong(present);
    }

    /** Whether the answer to its COMMIT was lost. */
    boolean wasInDoubt() {
        return resolved != null || told.outcome() == TransactionOutcome.IN_DOUBT;
    }

    /** Whether caller and listener were told different things. */
    boolean isContradicted() {
        return heard == null || told.outcome() != (heard == TransactionOutcome.NOT_STARTED ? rolledBack() : heard);
    }

    private static TransactionOutcome rolledBack() {
        return TransactionOutcome.ROLLED_BACK;
    }
}
