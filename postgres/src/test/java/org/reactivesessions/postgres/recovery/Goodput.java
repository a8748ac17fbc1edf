package org.reactivesessions.postgres.recovery;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** How many calls have succeeded in each twentieth of a second since it was made. Thread-safe. */
final class Goodput {

    private static final long SLOT = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int SLOTS = 20 * 120;

    private final long start = System.nanoTime();
    private final AtomicIntegerArray succeeded = new AtomicIntegerArray(SLOTS);

    void success() {
        int slot = slot(System.nanoTime());
        if (slot < SLOTS) {
            succeeded.incrementAndGet(slot);
        }
    }

    private int slot(long moment) {
        return (int) ((moment - start) / SLOT);
    }

    /** Successes per second, from a moment on for so long. */
    double perSecond(long from, Duration window) {
        int first = Math.max(0, slot(from));
        int count = (int) (window.toNanos() / SLOT);
        long sum = 0;
        for (int slot = first; slot < Math.min(SLOTS, first + count); slot++) {
            sum += succeeded.get(slot);
        }
        return sum * 1e9 / window.toNanos();
    }

    /**
     * How long after a moment a window began in which there were so many successes per second.
     *
     * @param now the windows end before
     * @return milliseconds, or -1 if there is none yet
     */
    long millisUntil(long moment, double perSecond, Duration window, long now) {
        for (long from = moment; from + window.toNanos() < now - SLOT; from += SLOT) {
            if (perSecond(from, window) >= perSecond) {
                return TimeUnit.NANOSECONDS.toMillis(from - moment);
            }
        }
        return -1;
    }
}
