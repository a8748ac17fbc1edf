package org.reactivesessions.postgres.matrix;

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
        return work.doFinally(end -> now.decrementAndGet());
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
