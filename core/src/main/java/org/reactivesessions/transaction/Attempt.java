package org.reactivesessions.transaction;

import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.TransactionOutcome;

/** Which run of its transaction a life is, and whether another one follows it. Thread-safe. */
interface Attempt {

    /** The only run. */
    Attempt ONLY = new Attempt() {
        @Override
        public int number() {
            return 1;
        }

        @Override
        public boolean isRepeated(
                LifeState last,
                TransactionOutcome outcome,
                Throwable failure,
                @Nullable Throwable firstError,
                boolean seen) {
            return false;
        }
    };

    /** The how-manieth it is, from 1. */
    int number();

    /**
     * When its transaction began.
     *
     * @param own when this run did, on the monotonic clock
     */
    default long since(long own) {
        return own;
    }

    /**
     * Takes the end of a life whose subscriber waits, before anybody has heard of it. If another run follows, nobody is to.
     *
     * @param last the end, and in which phase it was decided
     * @param failure what the subscriber would hear
     * @param firstError the first error the server reported inside, if any
     * @param seen whether the subscriber has seen an element
     */
    boolean isRepeated(
            LifeState last,
            TransactionOutcome outcome,
            Throwable failure,
            @Nullable Throwable firstError,
            boolean seen);
}
