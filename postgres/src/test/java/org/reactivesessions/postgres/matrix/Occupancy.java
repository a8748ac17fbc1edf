package org.reactivesessions.postgres.matrix;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;

/** How many scopes have a connection at once. Thread-safe. */
final class Occupancy {

    private final AtomicInteger now = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger entered = new AtomicInteger();

    /** Work that counts as a scope's from the call to its end, however it ends. */
    <T> Mono<T> during(Mono<T> work) {
        entered.incrementAndGet();
        int all = now.incrementAndGet();
        most.accumulateAndGet(all, Math::max);
        AtomicBoolean over = new AtomicBoolean();
        Runnable leave = () -> {
            if (over.compareAndSet(false, true)) {
                now.decrementAndGet();
            }
        };
        // Before anybody hears of the end, and gives the connection to the next one.
        return work.doOnTerminate(leave).doOnCancel(leave);
    }

    int now() {
        return now.get();
    }

    int most() {
        return most.get();
    }

    int entered() {
        return entered.get();
    }
}
