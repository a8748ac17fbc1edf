package org.reactivesessions.transaction;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How many requests to cancel one pool may still send: so many at once, and so many in a second, with one second's worth saved
 * up at most. A storm of cancels must not make the server start a process for each. Thread-safe.
 */
final class CancelBudget {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final int atOnce;
    private final long interval;
    private final LongSupplier nanoTime;
    private int underWay;
    /** When everything taken so far is earned. */
    private long earned;

    CancelBudget(ServerCancelOptions options, LongSupplier nanoTime) {
        this.atOnce = options.atOnce();
        this.interval = SECOND / options.perSecond();
        this.nanoTime = nanoTime;
        this.earned = nanoTime.getAsLong();
    }

    /** Takes the right to send one request, until {@link #giveBack}. */
    synchronized boolean take() {
        long now = nanoTime.getAsLong();
        if (earned - now < 0) {
            earned = now;
        }
        if (underWay >= atOnce || earned + interval - now > SECOND) {
            return false;
        }
        underWay++;
        earned += interval;
        return true;
    }

    /** A request has ended. */
    synchronized void giveBack() {
        underWay--;
    }
}
