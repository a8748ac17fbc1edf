package org.reactivesessions.transaction;

import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

/**
 * Who waits for the end of a life: its subscriber, or, after a cancel, only {@code quiesced()}. Thread-safe.
 */
final class Custody {

    private enum State {
        ATTACHED,
        LEFT,
        DISMISSED,
        OVER
    }

    /** What had become of the subscriber when the life was over. */
    enum Subscriber {
        /** He waits for the end. */
        WAITS,
        /** He has cancelled. */
        LEFT,
        /** He has heard the end before it came. */
        DISMISSED
    }

    private static final AtomicReferenceFieldUpdater<Custody, State> STATE =
            AtomicReferenceFieldUpdater.newUpdater(Custody.class, State.class, "state");

    private final Census detached;

    @SuppressWarnings("UnusedVariable") // STATE reads it
    private volatile State state = State.ATTACHED;

    Custody(Census detached) {
        this.detached = detached;
    }

    /** The subscriber leaves; {@code false} if it had left already or the life is over. */
    boolean detach() {
        return detach(State.LEFT);
    }

    /** The subscriber is to hear the end now; {@code false} if he had left already or the life is over. */
    boolean dismiss() {
        return detach(State.DISMISSED);
    }

    private boolean detach(State how) {
        detached.enter(); // before the decision, so that nobody sees a detached life that is not counted
        if (STATE.compareAndSet(this, State.ATTACHED, how)) {
            return true;
        }
        detached.exit();
        return false;
    }

    /** The life is over; {@link #release} is to follow, unless its subscriber waits. */
    Subscriber finish() {
        return switch (STATE.getAndSet(this, State.OVER)) {
            case LEFT -> Subscriber.LEFT;
            case DISMISSED -> Subscriber.DISMISSED;
            case ATTACHED, OVER -> Subscriber.WAITS;
        };
    }

    /** Nothing of a life whose subscriber does not wait is left to do. */
    void release() {
        detached.exit();
    }
}
