package org.reactivesessions.pool;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * What is believed of a connection that lies idle, by when it was last heard of. Only an answer restores trust; one that is in
 * use gives it by the next one. Thread-safe.
 *
 * <p>There are three degrees. After <em>doubt</em> a connection is asked before it is used, which in a transaction costs nothing:
 * one connection was lost, which may have been the only one, or the first that was noticed. After <em>distrust</em> it is not
 * used any more: something that seemed to be there does not answer. After <em>renewal</em> it is closed whatever it answers.
 */
final class Trust {

    /** New connections may lead there as well, and need not be replaced as fast as they come. */
    private static final long DEMOTION_PAUSE = TimeUnit.SECONDS.toNanos(1);

    private final LongSupplier nanoTime;
    private volatile long doubtedAt;
    private volatile long distrustedAt;
    private volatile long renewedAt;
    private final AtomicLong demotedAt;

    Trust(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.doubtedAt = nanoTime.getAsLong();
        this.distrustedAt = doubtedAt;
        this.renewedAt = doubtedAt;
        this.demotedAt = new AtomicLong(doubtedAt - DEMOTION_PAUSE);
    }

    void doubt() {
        doubtedAt = nanoTime.getAsLong();
    }

    void distrust() {
        distrustedAt = nanoTime.getAsLong();
    }

    void renew() {
        renewedAt = nanoTime.getAsLong();
    }

    /** Renews because of where the connections lead to, and tells whether it did: not so soon after the last time. */
    boolean demote() {
        long now = nanoTime.getAsLong();
        long last = demotedAt.get();
        boolean due = now - last >= DEMOTION_PAUSE && demotedAt.compareAndSet(last, now);
        if (due) {
            renew();
        }
        return due;
    }

    /** Whether it has to be asked. */
    boolean isDoubted(PhysicalConnection connection) {
        return connection.answeredAt() - doubtedAt < 0;
    }

    /** Whether it must not be used. */
    boolean isDistrusted(PhysicalConnection connection) {
        return connection.answeredAt() - distrustedAt < 0;
    }

    /** Whether it is one of those that were open when something was found not to answer. */
    boolean isOfTheLost(PhysicalConnection connection) {
        return connection.openedAt() - distrustedAt < 0;
    }

    /** Whether it must not be kept. */
    boolean isOfBefore(PhysicalConnection connection) {
        return connection.openedAt() - renewedAt < 0;
    }
}
