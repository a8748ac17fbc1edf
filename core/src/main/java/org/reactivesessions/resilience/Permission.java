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

    @SuppressWarnings("unused") // by the updater
    private volatile int over;

    Permission(AcquisitionPolicy policy, long since) {
        this.policy = policy;
        this.since = since;
    }

    private boolean end() {
        return OVER.compareAndSet(this, 0, 1);
    }

    /** The database has answered, with whatever it had to say. */
    public void answered() {
        if (end()) {
            policy.succeeded(since);
        }
    }

    /**
     * The database has not answered.
     *
     * @param error what was seen instead
     */
    public void lost(Throwable error) {
        if (end()) {
            policy.recordFailure(since, error);
        }
    }

    /** The database was not asked, or nobody waited for its answer. Without effect after one of the others. */
    public void release() {
        if (end()) {
            policy.unused();
        }
    }
}
