package org.reactivesessions.testkit.contract;

import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;

/**
 * What a listener heard. Immutable.
 *
 * @param name the name of the transaction
 * @param phase where its end was decided
 * @param outcome how it ended
 * @param error why it did not commit
 */
record Ended(
        String name,
        LifePhase phase,
        TransactionOutcome outcome,
        @Nullable Throwable error) {

    @Override
    public String toString() {
        return name + " " + phase + " " + outcome + (error == null ? "" : " " + error);
    }
}
