package org.reactivesessions.resilience;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many retries there may be: so many for a hundred scopes, and so many to begin with, so that a database in trouble is not
 * met by a multiple of the load that was offered. Thread-safe.
 */
final class RetryBudget {

    /** One retry, in parts. */
    private static final int RETRY = 100;

    private final int earned;
    private final int most;
    private final AtomicInteger left;

    /**
     * @param perHundred how many retries a hundred scopes earn
     * @param atOnce the most that is kept, which is there to begin with
     */
    RetryBudget(int perHundred, int atOnce) {
        this.earned = perHundred;
        this.most = Math.multiplyExact(atOnce, RETRY);
        this.left = new AtomicInteger(most);
    }

    /** A scope begins. Free of contention while the budget is full. */
    void offered() {
        int now = left.get();
        if (now < most) {
            left.compareAndSet(now, Math.min(most, now + earned)); // a lost race costs a part of a retry
        }
    }

    /** Takes one retry, if there is one. */
    boolean take() {
        while (true) {
            int now = left.get();
            if (now < RETRY) {
                return false;
            }
            if (left.compareAndSet(now, now - RETRY)) {
                return true;
            }
        }
    }
}
