package org.reactivesessions.transaction;

import org.jspecify.annotations.Nullable;

/**
 * The side of a transaction that faces its subscriber: how demand travels up and elements and the terminal signal travel
 * down. The life calls {@link #end} at most once, and nothing after it.
 */
interface Outlet<T> {

    /** Takes the subscriber's demand and returns what of it the function's publisher shall hear, 0 for nothing. */
    long requested(long n);

    /** The demand the function's publisher starts with, beside what the subscriber requests. */
    long initialDemand();

    /** Takes an element of the function. What the subscriber throws passes through. */
    void next(T element);

    /** Ends after COMMIT, or with an error. */
    void end(@Nullable Throwable error);

    /**
     * Lets no further element out, as if the subscriber had never been there; {@link #end} may follow.
     *
     * @return false if he has seen an element, or is about to
     */
    boolean seal();

    /** Drops what was not delivered, because the subscriber has cancelled or the transaction failed. */
    void discard();

    /** How many elements the subscriber has seen. */
    long delivered();
}
