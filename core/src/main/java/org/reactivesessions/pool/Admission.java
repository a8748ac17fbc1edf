package org.reactivesessions.pool;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Who has a connection or waits for one: as many as there may be connections, and as many again as may wait. Who would be one too
 * many is told so before the pool hears of him. The pool would tell him while it serves the others, who would have to wait for what
 * he makes of it. Thread-safe; the count is exact.
 */
final class Admission {

    private final int mostWaiting;
    private final RoomToOpen room;
    private final AtomicInteger inside = new AtomicInteger();

    /**
     * @param mostWaiting how many may wait
     * @param room how many connections there may be
     */
    Admission(int mostWaiting, RoomToOpen room) {
        this.mostWaiting = mostWaiting;
        this.room = room;
    }

    /** Lets somebody in, who has to {@link #leave}, unless there are too many. */
    boolean enter() {
        for (; ; ) {
            int now = inside.get();
            if (now > mostWaiting && now - mostWaiting >= room.most()) {
                return false;
            }
            if (inside.compareAndSet(now, now + 1)) {
                return true;
            }
        }
    }

    /** Lets somebody in who has a connection already. */
    void enterAnyway() {
        inside.incrementAndGet();
    }

    /** Somebody has no connection any more, or does not wait for one. */
    void leave() {
        inside.decrementAndGet();
    }
}
