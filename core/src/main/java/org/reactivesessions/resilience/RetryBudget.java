package org.reactivesessions.resilience;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many retries there may be: one for ten scopes that asked for a connection, and ten to begin with, so that a database
 * that comes back is not met by a multiple of the load that was offered. Thread-safe.
 */
final class RetryBudget {

    /** One retry, in parts. */
    private static final int RETRY = 10;

    private static final int MOST = 10 * RETRY;

    private final AtomicInteger left = new AtomicInteger(MOST);

    /** A scope asks for a connection. Free of contention while the budget is full. */
    void offered() {
        int now = left.get();
        if (now < MOST) {
            left.compareAndSet(now, now + 1); // a lost race costs a tenth of a retry
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
