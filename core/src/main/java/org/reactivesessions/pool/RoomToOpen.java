package org.reactivesessions.pool;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;
import reactor.pool.AllocationStrategy;

/**
 * How many connections there may be: so many as were set, and for a while no more than there are, when the database has said
 * that it has no room. Then whoever needs one waits for one that is given back, instead of being refused with the next. After
 * a second one more is tried, and another one as soon as that is open.
 *
 * <p>Thread-safe. Asked for every acquisition that finds no idle connection.
 */
final class RoomToOpen implements AllocationStrategy {

    private static final Logger log = LoggerFactory.getLogger("org.reactivesessions.pool");

    private final int most;
    private final long restNanos;
    private final LongSupplier nanoTime;

    // Guarded by this.
    private int granted;
    private int room;
    private long restUntil;

    private @Nullable Scheduler timer;
    private Runnable rested = () -> {};

    /**
     * @param most how many there may be, at least 1
     * @param rest how long after a refusal none is opened beyond those that are there
     */
    RoomToOpen(int most, Duration rest, LongSupplier nanoTime) {
        this.most = most;
        this.restNanos = rest.toNanos();
        this.nanoTime = nanoTime;
        this.room = most;
    }

    /** Says what to do when it is time to look whether there is room again; before the first refusal. */
    void whenRested(Scheduler clock, Runnable task) {
        timer = clock;
        rested = task;
    }

    /**
     * The database has refused a connection because it has no room.
     *
     * @param open how many it has let us open
     */
    void refused(IntSupplier open) {
        int before;
        int now;
        synchronized (this) { // what is opened while it is counted comes to opened() later
            now = Math.min(most, Math.max(1, open.getAsInt())); // one has to try
            before = room;
            room = now;
            restUntil = nanoTime.getAsLong() + restNanos;
        }
        if (before == most && now < most) {
            log.warn(
                    "The database has no room for another connection; the pool stays at {} of {} for now, and tries again"
                            + " after {} ms",
                    now,
                    most,
                    TimeUnit.NANOSECONDS.toMillis(restNanos));
        }
        lookLater();
    }

    private void lookLater() {
        Scheduler clock = timer;
        if (clock != null) {
            try {
                clock.schedule(rested, restNanos, TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException gone) {
                log.warn("The timer was shut down, so nobody looks whether the database has room again", gone);
            }
        }
    }

    /** A connection was opened, so there was room for as many as there are. */
    void opened(int open) {
        boolean whole;
        synchronized (this) {
            if (room == most || open <= room) {
                return;
            }
            room = Math.min(most, open);
            whole = room == most;
        }
        if (whole) {
            log.info("The database has room for all {} connections of the pool again", most);
        }
    }

    /** Whether there are fewer connections than were set, because the database has no room for more. */
    synchronized boolean isNarrowed() {
        return room < most;
    }

    /** Whether no further connection is opened now. */
    synchronized boolean isFull() {
        return granted >= limit();
    }

    /** How many there may be now, at least 1. */
    synchronized int most() {
        return limit();
    }

    private int limit() {
        return room < most && nanoTime.getAsLong() - restUntil >= 0 ? room + 1 : room;
    }

    @Override
    public synchronized int estimatePermitCount() {
        return Math.max(0, limit() - granted);
    }

    @Override
    public synchronized int getPermits(int desired) {
        int given = Math.max(0, Math.min(desired, limit() - granted));
        granted += given;
        return given;
    }

    @Override
    public synchronized int permitGranted() {
        return granted;
    }

    @Override
    public int permitMinimum() {
        return 0;
    }

    @Override
    public int permitMaximum() {
        return most;
    }

    @Override
    public synchronized void returnPermits(int returned) {
        granted = Math.max(0, granted - returned);
    }
}
