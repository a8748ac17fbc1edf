package org.reactivesessions.postgres.cancelrun;

import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * Gives work up after a while and goes on without it. Not by {@code takeUntilOther}: with Reactor 3.8 that can complete before
 * it has handed its subscription down, upon which a {@code then} behind it cancels what it has just begun and waits for ever.
 * Stateless.
 */
final class GivenUp {

    private GivenUp() {}

    /** Completes with the work, or when it is cancelled after so many nanoseconds. */
    static Mono<Void> after(long nanos, Mono<Void> work) {
        return Mono.firstWithSignal(work, Mono.delay(Duration.ofNanos(nanos)).then());
    }
}
