package org.reactivesessions.resilience;

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
     * @return whether there was one
     */
    public boolean take(boolean outage) {
        return outage ? outages.mayRetry() : conflicts.take();
    }
}
