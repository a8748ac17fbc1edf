package org.reactivesessions.transaction;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/**
 * The one timer of a transaction. Arming it for the next step moves the due time; the scheduled task looks at the due time
 * when it fires and goes back to sleep if there is time left, so that a short transaction schedules one task in its life.
 *
 * <p>Thread-safe. Measures by a monotonic clock, so a change of the wall clock moves nothing.
 */
final class Deadline implements Runnable {

    private static final Logger log = LoggerFactory.getLogger("org.reactivesessions.transaction");

    private final Scheduler scheduler;
    private final LongSupplier nanoTime;
    private @Nullable Runnable expiry;
    private long due;
    private @Nullable Runnable finalExpiry;
    private long finalDue;
    private @Nullable Disposable task;
    private long taskDue;
    private boolean disposed;

    Deadline(Scheduler scheduler, LongSupplier nanoTime) {
        this.scheduler = scheduler;
        this.nanoTime = nanoTime;
    }

    /** Replaces whatever was armed. The action runs on the scheduler's thread, at most once. */
    synchronized void arm(Duration limit, Runnable action) {
        if (disposed) {
            return;
        }
        long now = nanoTime.getAsLong();
        expiry = action;
        due = now + limit.toNanos();
        scheduleBy(due, now);
    }

    /** Arms for a moment of its own, which nothing replaces or takes back. */
    synchronized void armFinally(long moment, Runnable action) {
        if (disposed) {
            return;
        }
        finalExpiry = action;
        finalDue = moment;
        scheduleBy(moment, nanoTime.getAsLong());
    }

    private void scheduleBy(long moment, long now) {
        if (task != null && taskDue - moment > 0) {
            task.dispose();
            task = null;
        }
        if (task == null) {
            schedule(moment, now);
        }
    }

    /** Arms only if nothing is armed: for the first step, whose successor may have been faster. */
    synchronized void armFirst(Duration limit, Runnable action) {
        if (expiry == null) {
            arm(limit, action);
        }
    }

    /** Takes the armed action back; the task may still fire and will find nothing to do. */
    synchronized void disarm() {
        expiry = null;
    }

    /** Ends the timer for good. */
    synchronized void dispose() {
        disposed = true;
        expiry = null;
        finalExpiry = null;
        if (task != null) {
            task.dispose();
            task = null;
        }
    }

    @Override
    public void run() {
        for (Runnable expired = takeExpired(); expired != null; expired = takeExpired()) {
            expired.run();
        }
    }

    private synchronized @Nullable Runnable takeExpired() {
        long now = nanoTime.getAsLong();
        task = null;
        Runnable action = expiry;
        if (action != null && due - now <= 0) {
            expiry = null;
            return action;
        }
        Runnable last = finalExpiry;
        if (last != null && finalDue - now <= 0) {
            finalExpiry = null;
            return last;
        }
        if (action != null && (last == null || due - finalDue <= 0)) {
            schedule(due, now);
        } else if (last != null) {
            schedule(finalDue, now);
        }
        return null;
    }

    private void schedule(long moment, long now) {
        taskDue = moment;
        try {
            task = scheduler.schedule(this, moment - now, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException gone) {
            log.warn("The timer was shut down, so nothing ends a transaction whose answers do not come", gone);
        }
    }
}
