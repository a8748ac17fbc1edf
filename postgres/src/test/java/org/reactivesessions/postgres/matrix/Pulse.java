package org.reactivesessions.postgres.matrix;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/**
 * How long this machine did not run a thread that was to run, as when other builds have its processors, which is not the
 * fault of whoever has a limit to keep. Thread-safe.
 */
final class Pulse {

    private static final long BEAT_NANOS = 5_000_000;
    /** What is no later than that is within every limit. */
    private static final long ON_TIME_NANOS = 10_000_000;

    /** A beat that came late. */
    private record Late(long due, long nanos) {}

    private static final List<Late> LATE = new CopyOnWriteArrayList<>();

    static {
        Thread heart = new Thread(Pulse::beat, "pulse");
        heart.setDaemon(true);
        heart.start();
    }

    private Pulse() {}

    /** The sum of all delays since a moment of {@link System#nanoTime()}. */
    static Duration lateSince(long moment) {
        return Duration.ofNanos(LATE.stream()
                .filter(late -> late.due() - moment > 0)
                .mapToLong(Late::nanos)
                .sum());
    }

    private static void beat() {
        while (true) {
            long due = System.nanoTime() + BEAT_NANOS;
            LockSupport.parkNanos(BEAT_NANOS);
            long late = System.nanoTime() - due;
            if (late > ON_TIME_NANOS) {
                LATE.add(new Late(due, late));
            }
        }
    }
}
