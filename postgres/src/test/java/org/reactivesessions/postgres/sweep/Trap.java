package org.reactivesessions.postgres.sweep;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.reactivesessions.postgres.sweep.Cell.Moment;
import org.reactivesessions.postgres.sweep.Cell.Step;

/**
 * Does something once at one moment of one step, and knows whether it did. Thread-safe.
 */
final class Trap {

    private final Step step;
    private final Moment moment;
    private final Runnable action;
    private final AtomicBoolean sprung = new AtomicBoolean();
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean armed;

    Trap(Step step, Moment moment, Runnable action) {
        this.step = step;
        this.moment = moment;
        this.action = action;
    }

    void arm() {
        armed = true;
    }

    void reached(Step where, Moment when) {
        if (armed && where == step && when == moment && sprung.compareAndSet(false, true)) {
            action.run();
            done.countDown();
        }
    }

    boolean isArmed() {
        return armed;
    }

    /** Waits until the action was done. */
    boolean awaitSprung(Duration atMost) {
        try {
            return done.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
