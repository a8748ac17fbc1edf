package org.reactivesessions.postgres.doubt;

import org.reactivesessions.error.TransactionOutcome;

/**
 * What a round has shown.
 *
 * @param id the key of its row
 * @param held its kind
 * @param told what the caller was told
 * @param present whether the row was there when the server had done all it had been sent
 * @param afterwards whether asking for the marker again, after a verdict of {@link TransactionOutcome#IN_DOUBT}, agreed with
 *     that; {@code true} after any other verdict
 * @param waited how often the resolver was told that the transaction was still open
 * @param fenced whether the late marker met the fence
 * @param expired whether the late marker had expired
 * @param rolledBack whether the late COMMIT was answered by ROLLBACK
 */
record Round(
        int id,
        Held held,
        Told told,
        boolean present,
        boolean afterwards,
        int waited,
        boolean fenced,
        boolean expired,
        boolean rolledBack) {

    boolean isWrong() {
        return told.isWrong(present);
    }

    /** Whether the verdict is not one of those that the library can come to, or the server did not answer as it should have. */
    boolean isUnexpected() {
        if (expired && held != Held.BOTH) { // on a machine so busy that it came too late by itself
            return told.outcome() == TransactionOutcome.COMMITTED || !afterwards;
        }
        boolean refused = held == Held.BOTH && !(fenced && rolledBack);
        return refused || !afterwards || !held.mayEndAs(told.outcome());
    }
}
