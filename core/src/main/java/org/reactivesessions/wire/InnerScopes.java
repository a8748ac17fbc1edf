package org.reactivesessions.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The scopes inside one scope: any number that joined it, and at most one nested one, beside which the statements of the
 * scope are refused, and behind which they wait once it is on its way out.
 *
 * <p>Thread-safe, except what says that it belongs to the executor.
 */
final class InnerScopes {

    /** Holds very few, and hardly ever one. Guarded by this. */
    private @Nullable List<Guest> guests;

    private volatile @Nullable Nested nested;
    /** What waits for the nested scope to leave; belongs to the executor. */
    private final Waiting waiting;

    private record Nested(Guest guest, StatementGate gate) {}

    InnerScopes(Executor executor) {
        this.waiting = new Waiting(executor);
    }

    synchronized void add(Guest guest) {
        if (guests == null) {
            guests = new ArrayList<>(1);
        }
        guests.add(guest);
    }

    synchronized void remove(Guest guest) {
        if (guests != null) {
            guests.remove(guest);
        }
    }

    /** The name of one that has not ended, or {@code null} when there is none. */
    synchronized @Nullable String first() {
        return guests == null || guests.isEmpty() ? null : guests.get(0).name();
    }

    /** Outside the lock, because what they do is foreign code. */
    void tellToEnd() {
        present().forEach(Guest::tellToEnd);
    }

    private synchronized List<Guest> present() {
        return guests == null ? List.of() : List.copyOf(guests);
    }

    /** On the executor: the nested scope is there. */
    void opened(Guest guest, StatementGate gate) {
        nested = new Nested(guest, gate);
        add(guest);
    }

    /** On the executor: the nested scope has left. */
    void left() {
        Nested gone = nested;
        if (gone != null) {
            nested = null;
            remove(gone.guest);
            wakeWaiting();
        }
    }

    /** The name of the nested scope, or {@code null}. */
    @Nullable
    String nested() {
        Nested inside = nested;
        return inside == null ? null : inside.guest.name();
    }

    /**
     * On the executor: whether a nested scope is on its way out, or, for who is patient, there at all; then the task runs
     * when it has left.
     */
    boolean mustWait(Runnable task, boolean patient) {
        Nested inside = nested;
        if (inside == null || !(patient || inside.gate.isOnItsWayOut())) {
            return false;
        }
        waiting.add(task);
        return true;
    }

    /** On the executor: whatever waits is tried again. */
    void wakeWaiting() {
        waiting.wake();
    }
}
