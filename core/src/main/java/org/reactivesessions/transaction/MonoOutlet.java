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
    /** Taken out by whoever delivers or discards it. */
    private final AtomicReference<@Nullable T> value = new AtomicReference<>();

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
        if (!value.compareAndSet(null, element)) {
            Operators.onNextDropped(element, actual.currentContext());
        } else if (state.get() == State.OVER) {
            discardValue(); // it came while the end overtook it
        }
    }

    @Override
    public void end(@Nullable Throwable error) {
        if (error != null) {
            discard();
            actual.onError(error);
        } else if (value.get() == null
                || state.compareAndSet(State.REQUESTED, State.OVER)
                || (!state.compareAndSet(State.IDLE, State.COMMITTED)
                        && state.compareAndSet(State.REQUESTED, State.OVER))) {
            deliver();
        } // otherwise the value waits for demand
    }

    private void deliver() {
        T committed = value.getAndSet(null);
        if (committed != null) {
            actual.onNext(committed);
        }
        actual.onComplete();
    }

    @Override
    public void discard() {
        if (state.getAndSet(State.OVER) != State.OVER) {
            discardValue();
        }
    }

    private void discardValue() {
        T dropped = value.getAndSet(null);
        if (dropped != null) {
            Operators.onDiscard(dropped, actual.currentContext());
        }
    }

    @Override
    public long delivered() {
        return 0;
    }
}
