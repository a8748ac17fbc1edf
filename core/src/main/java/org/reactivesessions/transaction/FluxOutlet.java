package org.reactivesessions.transaction;

import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;

/** The outlet of a stream: elements pass through as they come, and the terminal signal waits for COMMIT. Thread-safe. */
final class FluxOutlet<T> implements Outlet<T> {

    private final CoreSubscriber<? super T> actual;
    private volatile long delivered;

    FluxOutlet(CoreSubscriber<? super T> actual) {
        this.actual = actual;
    }

    @Override
    public long requested(long n) {
        return n;
    }

    @Override
    public long initialDemand() {
        return 0;
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // The function's publisher signals serially.
    public void next(T element) {
        delivered++;
        actual.onNext(element);
    }

    @Override
    public void end(@Nullable Throwable error) {
        if (error == null) {
            actual.onComplete();
        } else {
            actual.onError(error);
        }
    }

    @Override
    public void discard() {
        // Nothing is kept.
    }

    @Override
    public long delivered() {
        return delivered;
    }
}
