package org.reactivesessions.transaction;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Who holds a connection and waits for another one. If all connections could be in such hands, nobody would ever get his
 * second one; that the pool has idle ones at this moment proves nothing. Thread-safe.
 */
final class Holders {

    private final int maxSize;
    private final AtomicInteger waiting = new AtomicInteger();

    Holders(int maxSize) {
        this.maxSize = maxSize;
    }

    int maxSize() {
        return maxSize;
    }

    /** Begins to wait, unless that could be for ever. */
    boolean enter() {
        if (waiting.incrementAndGet() < maxSize) {
            return true;
        }
        waiting.decrementAndGet();
        return false;
    }

    void leave() {
        waiting.decrementAndGet();
    }
}
