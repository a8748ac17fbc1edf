package org.reactivesessions.transaction;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;

/** The outlet of a single value: it leaves after COMMIT was answered, and not before it was requested. Thread-safe. */
final class MonoOutlet<T> implements Outlet<T> {

    private enum State {
        IDLE,
        REQUESTED,
        COMMITTED,
        OVER
    }

    private final CoreSubscriber<? super T> actual;
    private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);
    private volatile @Nullable T value;

    MonoOutlet(CoreSubscriber<? super T> actual) {
        this.actual = actual;
    }

    @Override
    public long requested(long n) {
        if (!state.compareAndSet(State.IDLE, State.REQUESTED) && state.compareAndSet(State.COMMITTED, State.OVER)) {
            deliver();
        }
        return 0;
    }

    @Override
    public long initialDemand() {
        return Long.MAX_VALUE;
    }

    @Override
    public void next(T element) {
        if (value == null) {
            value = element;
        } else {
            Operators.onNextDropped(element, actual.currentContext());
        }
    }

    @Override
    public void end(@Nullable Throwable error) {
        if (error != null) {
            discard();
            actual.onError(error);
        } else if (value == null
                || state.compareAndSet(State.REQUESTED, State.OVER)
                || (!state.compareAndSet(State.IDLE, State.COMMITTED)
                        && state.compareAndSet(State.REQUESTED, State.OVER))) {
            deliver();
        } // otherwise the value waits for demand
    }

    private void deliver() {
        T committed = value;
        if (committed != null) {
            actual.onNext(committed);
        }
        actual.onComplete();
    }

    @Override
    public void discard() {
        T dropped = value;
        value = null;
        if (state.getAndSet(State.OVER) != State.OVER && dropped != null) {
            Operators.onDiscard(dropped, actual.currentContext());
        }
    }

    @Override
    public long delivered() {
        return 0;
    }
}
