package org.reactivesessions.transaction;

import java.util.concurrent.atomic.AtomicReference;

/**
 * Who waits for the end of a life: its subscriber, or, after a cancel, only {@code quiesced()}. Thread-safe.
 */
final class Custody {

    private enum State {
        ATTACHED,
        DETACHED,
        OVER
    }

    private final Census detached;
    private final AtomicReference<State> state = new AtomicReference<>(State.ATTACHED);

    Custody(Census detached) {
        this.detached = detached;
    }

    /** The subscriber leaves; {@code false} if it had left already or the life is over. */
    boolean detach() {
        detached.enter(); // before the decision, so that nobody sees a detached life that is not counted
        if (state.compareAndSet(State.ATTACHED, State.DETACHED)) {
            return true;
        }
        detached.exit();
        return false;
    }

    /** The life is over; {@code true} if the subscriber had left, and then {@link #release} is to follow. */
    boolean finish() {
        return state.getAndSet(State.OVER) == State.DETACHED;
    }

    /** Nothing of a life whose subscriber had left is left to do. */
    void release() {
        detached.exit();
    }
}
