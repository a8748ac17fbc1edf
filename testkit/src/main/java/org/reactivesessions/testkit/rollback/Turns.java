package org.reactivesessions.testkit.rollback;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Who may have a savepoint on the one connection of a test, one after the other in the order in which they came. Thread-safe.
 *
 * @since 0.1.0
 */
public final class Turns {

    private final Deque<Turn> waiting = new ArrayDeque<>(); // guarded by this
    private @Nullable Turn current; // guarded by this

    /** Nobody's turn. */
    public Turns() {}

    /**
     * A turn that is waited for.
     *
     * @param who whose it is, for messages
     * @param stack where he came from, the cause of the error of somebody who waits for him in vain
     * @return a turn of which {@link Turn#come} tells when it comes
     */
    public Turn turn(String who, Throwable stack) {
        return new Turn(this, who, stack);
    }

    void enqueue(Turn turn) {
        synchronized (this) {
            waiting.add(turn);
        }
        next();
    }

    void over(Turn turn) {
        synchronized (this) {
            waiting.remove(turn);
            if (current == turn) {
                current = null;
            }
        }
        next();
    }

    private void next() {
        Turn begun = null;
        synchronized (this) {
            while (current == null && !waiting.isEmpty()) {
                Turn first = waiting.remove();
                if (first.begin()) {
                    current = first;
                    begun = first;
                }
            }
        }
        if (begun != null) {
            begun.tell(); // without the monitor, because it goes on with the work
        }
    }

    synchronized IllegalStateException notInTime(Turn late, Duration patience) {
        Turn holder = current;
        String by = holder == null ? "nobody" : holder.who();
        IllegalStateException error = new IllegalStateException(late.who() + " waited " + patience.toMillis()
                + " ms for its turn on the one connection of the test, which is held by " + by
                + ". End that one first: consume its results, commit, roll back or close it. A transaction that waits for"
                + " another one inside it, such as REQUIRES_NEW, cannot be had in one transaction; give that test a database"
                + " of its own instead.");
        if (holder != null) {
            error.initCause(holder.stack());
        }
        return error;
    }
}
