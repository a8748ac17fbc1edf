package org.reactivesessions.orders.evidence;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Asks until something is so. */
public final class Waiting {

    private static final long PAUSE_NANOS = 100_000;

    private Waiting() {}

    /**
     * Blocks until something is so.
     *
     * @param atMost how long to go on asking
     * @return how long it took, in nanoseconds; -1 if it was not so in time
     */
    public static long until(BooleanSupplier wanted, Duration atMost) {
        long begin = System.nanoTime();
        while (!wanted.getAsBoolean()) {
            if (System.nanoTime() - begin > atMost.toNanos()) {
                return -1;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return System.nanoTime() - begin;
    }
}
