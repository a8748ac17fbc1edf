package org.reactivesessions.testkit.proxy;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Where the bytes of a {@link LatencyProxy} leave: one thread for all links, since all wait equally long and so leave in the order in
 * which they came. Thread-safe.
 */
final class DelayedDepartures {

    /** When a receiver that took no more is tried again. */
    private static final long RETRY_NANOS = 200_000;

    private final BlockingQueue<Parcel> line = new LinkedBlockingQueue<>();
    private final Set<DelayedLane> stalled = new LinkedHashSet<>();
    private final Thread thread = new Thread(this::run, "latency-proxy-departures");

    DelayedDepartures() {
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void add(Parcel parcel) {
        line.add(parcel);
    }

    /** Blocks until nothing leaves any more. */
    void close() {
        thread.interrupt();
        awaitEnd(thread);
    }

    /** Leaves an interrupt of the caller standing. */
    static void awaitEnd(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (true) {
                Parcel next = next();
                if (next != null) {
                    sleepUntil(next.due());
                    if (!next.lane().write(next)) {
                        stalled.add(next.lane());
                    }
                }
                stalled.removeIf(DelayedLane::writeStalled);
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable Parcel next() throws InterruptedException {
        return stalled.isEmpty() ? line.take() : line.poll(RETRY_NANOS, TimeUnit.NANOSECONDS);
    }

    private void sleepUntil(long due) throws InterruptedException {
        while (!stalled.isEmpty() && due - System.nanoTime() > RETRY_NANOS) {
            Outlet.sleepUntil(System.nanoTime() + RETRY_NANOS);
            stalled.removeIf(DelayedLane::writeStalled);
        }
        Outlet.sleepUntil(due);
    }
}
