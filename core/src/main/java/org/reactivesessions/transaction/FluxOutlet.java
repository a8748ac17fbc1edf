package org.reactivesessions.transaction;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;

/**
 * The outlet of a stream: elements pass through as they come, and the terminal signal waits for COMMIT, and for an element
 * on its way when the end comes from elsewhere. Thread-safe.
 */
final class FluxOutlet<T> implements Outlet<T> {

    private static final int ENDED = Integer.MIN_VALUE;

    private final CoreSubscriber<? super T> actual;
    /** Elements that are inside {@code onNext}, plus {@link #ENDED} once the end has come. */
    private final AtomicInteger signals = new AtomicInteger();

    private @Nullable Throwable failure;
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
        if (signals.getAndUpdate(now -> now < 0 ? now : now + 1) < 0) {
            Operators.onDiscard(element, actual.currentContext());
            return;
        }
        delivered++;
        try {
            actual.onNext(element);
        } finally {
            if (signals.decrementAndGet() == ENDED) {
                terminate();
            }
        }
    }

    @Override
    public void end(@Nullable Throwable error) {
        failure = error;
        int before = signals.getAndUpdate(now -> now < 0 ? now : now + ENDED);
        if (before == 0 || before == ENDED) { // nothing on its way, or sealed
            terminate();
        }
    }

    private void terminate() {
        if (failure == null) {
            actual.onComplete();
        } else {
            actual.onError(failure);
        }
    }

    @Override
    public boolean seal() {
        return delivered == 0 && signals.compareAndSet(0, ENDED) && delivered == 0;
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
