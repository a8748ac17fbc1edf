package org.reactivesessions.pool;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses newcomers who would wait too long, once everybody has waited too long for a while: then the queue is no burst that
 * drains by itself, and whoever joins it only waits to time out. It goes by the waits of those that were served, like CoDel (<a
 * href="https://www.rfc-editor.org/rfc/rfc8289">RFC 8289</a>), and by how fast they were; who waits already is left alone.
 *
 * <p>It begins when every wait was above the target for 100 ms, during which the queue was never empty and the pool never had
 * room. It ends when nobody had to be refused for a second.
 *
 * <p>Thread-safe. Who is served without a wait costs one read of a field, unless there was a wait just before.
 */
final class LoadShedding {

    private static final Logger log = LoggerFactory.getLogger("org.reactivesessions.pool");

    private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long CALM = TimeUnit.SECONDS.toNanos(1);
    /** Of how many services about the mean is taken. */
    private static final double SERVICES = 64;

    private final long target;
    private final LongSupplier nanoTime;
    private final LongAdder refused = new LongAdder();
    /** Whether there was a wait above the target since there was one below. */
    private volatile boolean watching;

    private volatile boolean shedding;

    // Guarded by this.
    private long since;
    private int served;
    private double gap;
    private long servedAt;
    private long refusedAt;
    private long refusedBefore;

    /** What somebody hears who is not let in: how long he would wait, and when he would not wait for too long. */
    record Refusal(Duration expected, Duration retryAfter) {}

    /** @param target how long a wait may be */
    LoadShedding(Duration target, LongSupplier nanoTime) {
        this.target = target.toNanos();
        this.nanoTime = nanoTime;
    }

    Duration target() {
        return Duration.ofNanos(target);
    }

    /** How often somebody was refused. */
    long refused() {
        return refused.sum();
    }

    boolean isShedding() {
        return shedding;
    }

    /** Somebody has found an idle connection. */
    void servedAtOnce() {
        if (watching) {
            noWait();
        }
    }

    private synchronized void noWait() {
        if (shedding) {
            servedAt = nanoTime.getAsLong(); // who found it idle says nothing of how fast a queue is served
            endIfCalm(servedAt);
        } else {
            watching = false;
        }
    }

    /**
     * Somebody has got a connection he had to wait for.
     *
     * @param queuedAt since when
     * @param stillWaiting how many wait behind him
     * @param full whether no further connection could be opened
     */
    synchronized void served(long queuedAt, int stillWaiting, boolean full) {
        long now = nanoTime.getAsLong();
        if (shedding) {
            count(now, queuedAt);
        } else if (now - queuedAt <= target || stillWaiting == 0 || !full) {
            watching = false;
        } else if (!watching) {
            watching = true;
            since = now;
            served = 0;
        } else {
            served++;
            if (now - since >= INTERVAL) {
                begin(now);
            }
        }
    }

    private void begin(long now) {
        gap = (double) (now - since) / served;
        servedAt = now;
        refusedAt = now;
        refusedBefore = refused.sum();
        shedding = true;
        log.warn(
                "Overload: everybody has waited for a connection for more than {} ms, one gets one every {} ms; who would"
                        + " wait longer than that is refused",
                TimeUnit.NANOSECONDS.toMillis(target),
                String.format(Locale.ROOT, "%.1f", gap / TimeUnit.MILLISECONDS.toNanos(1)));
    }

    /** One long pause says little about how fast it goes. */
    private void count(long now, long queuedAt) {
        long idleUntil = queuedAt - servedAt > 0 ? queuedAt : servedAt;
        gap += (Math.min(now - idleUntil, CALM) - gap) / SERVICES;
        servedAt = now;
        endIfCalm(now);
    }

    private void endIfCalm(long now) {
        if (now - refusedAt >= CALM) {
            shedding = false;
            watching = false;
            log.warn("Overload is over: {} were refused, and nobody for a second", refused.sum() - refusedBefore);
        }
    }

    /**
     * Decides about a newcomer who would have to wait; to be asked while {@link #isShedding}.
     *
     * @param waiting how many wait already
     * @return what to tell him, or {@code null} if he may wait
     */
    @Nullable
    Refusal refusal(int waiting) {
        double wait;
        synchronized (this) {
            if (!shedding) {
                return null;
            }
            long now = nanoTime.getAsLong();
            endIfCalm(now);
            wait = (waiting + 1) * gap;
            if (!shedding || waiting == 0 || wait <= target) {
                return null;
            }
            refusedAt = now;
        }
        refused.increment();
        return new Refusal(Duration.ofNanos((long) wait), Duration.ofNanos((long) (wait - target) + 1));
    }
}
