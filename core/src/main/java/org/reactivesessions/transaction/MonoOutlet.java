package org.reactivesessions.transaction;

import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
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

    @SuppressWarnings("rawtypes")
    private static final AtomicReferenceFieldUpdater<MonoOutlet, State> STATE =
            AtomicReferenceFieldUpdater.newUpdater(MonoOutlet.class, State.class, "state");

    @SuppressWarnings("rawtypes")
    private static final AtomicReferenceFieldUpdater<MonoOutlet, Object> VALUE =
            AtomicReferenceFieldUpdater.newUpdater(MonoOutlet.class, Object.class, "value");

    private final CoreSubscriber<? super T> actual;
    private volatile State state = State.IDLE;
    /** Taken out by whoever delivers or discards it. */
    private volatile @Nullable Object value;

    MonoOutlet(CoreSubscriber<? super T> actual) {
        this.actual = actual;
    }

    @Override
    public long requested(long n) {
        if (!STATE.compareAndSet(this, State.IDLE, State.REQUESTED)
                && STATE.compareAndSet(this, State.COMMITTED, State.OVER)) {
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
        if (!VALUE.compareAndSet(this, null, element)) {
            Operators.onNextDropped(element, actual.currentContext());
        } else if (state == State.OVER) {
            discardValue(); // it came while the end overtook it
        }
    }

    @Override
    public void end(@Nullable Throwable error) {
        if (error != null) {
            discard();
            actual.onError(error);
        } else if (value == null
                || STATE.compareAndSet(this, State.REQUESTED, State.OVER)
                || (!STATE.compareAndSet(this, State.IDLE, State.COMMITTED)
                        && STATE.compareAndSet(this, State.REQUESTED, State.OVER))) {
            deliver();
        } // otherwise the value waits for demand
    }

    private void deliver() {
        T committed = take();
        if (committed != null) {
            actual.onNext(committed);
        }
        actual.onComplete();
    }

    @Override
    public boolean seal() {
        return true; // nothing gets out before the end
    }

    @Override
    public void discard() {
        if (STATE.getAndSet(this, State.OVER) != State.OVER) {
            discardValue();
        }
    }

    @SuppressWarnings("unchecked") // only next() puts it there
    private @Nullable T take() {
        return (T) VALUE.getAndSet(this, null);
    }

    private void discardValue() {
        T dropped = take();
        if (dropped != null) {
            Operators.onDiscard(dropped, actual.currentContext());
        }
    }

    @Override
    public long delivered() {
        return 0;
    }
}
