package org.reactivesessions.resilience;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * One scope's leave to ask the database. It ends once: with the first answer, with the loss of it, or unused.
 *
 * <p><strong>Threads:</strong> thread-safe.
 *
 * @since 0.1
 */
public final class Permission {

    private static final AtomicIntegerFieldUpdater<Permission> OVER =
            AtomicIntegerFieldUpdater.newUpdater(Permission.class, "over");

    private final AcquisitionPolicy policy;
    private final long since;
    private final int era;

    @SuppressWarnings("unused") // by the updater
    private volatile int over;

    /** @param era what the breaker's state was: a permission counts in no other one */
    Permission(AcquisitionPolicy policy, long since, int era) {
        this.policy = policy;
        this.since = since;
        this.era = era;
    }

    private boolean end() {
        return OVER.compareAndSet(this, 0, 1);
    }

    /** The database has answered, with whatever it had to say. */
    public void answered() {
        if (end()) {
            policy.succeeded(since, era);
        }
    }

    /**
     * The database has not answered.
     *
     * @param error what was seen instead
     */
    public void lost(Throwable error) {
        if (end()) {
            policy.recordFailure(since, era, error);
        }
    }

    /** The database was not asked, or nobody waited for its answer. Without effect after one of the others. */
    public void release() {
        if (end()) {
            policy.unused(era);
        }
    }
}
