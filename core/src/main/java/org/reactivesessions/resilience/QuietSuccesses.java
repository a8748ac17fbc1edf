package org.reactivesessions.resilience;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Successes that would tell a breaker nothing, because its window holds no failure: they are counted, and told only when a
 * failure makes them matter. Telling each one costs a lock, or 100 bytes without one. Thread-safe.
 */
final class QuietSuccesses {

    private final int window;
    /** Not told yet, at most as many as the window holds. */
    private final AtomicInteger untold = new AtomicInteger();
    /** To be told until the last failure has left the window. */
    private final AtomicInteger owed = new AtomicInteger();

    /** @param window how many results the breaker looks at */
    QuietSuccesses(int window) {
        this.window = window;
    }

    /** Whether a success may be kept back. */
    boolean keep() {
        int due = owed.get();
        if (due > 0) {
            owed.compareAndSet(due, due - 1); // a lost race tells one more
            return false;
        }
        int now = untold.get();
        if (now < window) {
            untold.compareAndSet(now, now + 1); // a lost race tells one fewer
        }
        return true;
    }

    /** A failure is about to be told: how many successes go before it. */
    int takeBack() {
        owed.set(window);
        return untold.getAndSet(0);
    }
}
