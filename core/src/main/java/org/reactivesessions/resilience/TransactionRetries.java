package org.reactivesessions.resilience;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether a transaction may be run again, out of budgets that all transactions of one database share: one for those that lost
 * against each other, and that of the acquisition for those that lost their connection. Thread-safe.
 *
 * @since 0.1
 */
public final class TransactionRetries {

    private final RetryBudget conflicts;
    private final AcquisitionPolicy outages;

    /**
     * Creates the budgets.
     *
     * @param options how many there are for conflicts
     * @param outages decides for lost connections
     */
    public TransactionRetries(ResilienceOptions options, AcquisitionPolicy outages) {
        this.conflicts = options.conflictBudget();
        this.outages = outages;
    }

    /** A transaction that may be run again begins. */
    public void offered() {
        conflicts.offered();
    }

    /**
     * Takes a retry.
     *
     * @param outage whether the connection was lost
     * @param backoff the waits of the transaction
     * @param made how many attempts were made, at least 1
     * @param left how much time there is, {@code null} for any
     * @return how long to wait first, or {@code null} if it must not be run again
     */
    public @Nullable Duration next(boolean outage, Backoff backoff, int made, @Nullable Duration left) {
        Duration wait = backoff.after(made);
        if (left != null && wait.compareTo(left) >= 0) {
            return null;
        }
        return (outage ? outages.mayRetry() : conflicts.take()) ? wait : null;
    }
}
