package org.reactivesessions.testkit.proxy;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the bytes of a {@link LatencyProxy} leave: one thread for all links, since all wait equally long and so leave in the order in
 * which they came. Thread-safe.
 */
final class DelayedDepartures {

    private static final Logger LOG = LoggerFactory.getLogger(DelayedDepartures.class);

    /** When receivers that took no more are tried again. */
    private static final long RETRY_NANOS = 1_000_000;

    private final BlockingQueue<Parcel> line = new LinkedBlockingQueue<>();
    private final Thread thread = new Thread(this::run, "latency-proxy-departures");
    private volatile Runnable onFailure = () -> {};

    // By the thread only.
    private final Set<DelayedLane> stalled = new LinkedHashSet<>();
    private long retryAt;

    DelayedDepartures() {
        thread.setDaemon(true);
    }

    /** @param ifItFails is called if nothing will leave any more, unless it was closed */
    void start(Runnable ifItFails) {
        onFailure = ifItFails;
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
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (true) {
                Parcel next = next();
                if (next != null) {
                    sleepUntil(next.due());
                    leave(next);
                }
                retry();
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error failed) {
            LOG.error("the latency proxy failed and closes", failed);
            onFailure.run();
        }
    }

    private @Nullable Parcel next() throws InterruptedException {
        return stalled.isEmpty() ? line.take() : line.poll(retryAt - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    private void leave(Parcel parcel) {
        if (!parcel.lane().write(parcel) && stalled.add(parcel.lane()) && stalled.size() == 1) {
            retryAt = System.nanoTime() + RETRY_NANOS;
        }
    }

    private void sleepUntil(long due) throws InterruptedException {
        while (!stalled.isEmpty() && due - retryAt > 0) {
            Outlet.sleepUntil(retryAt);
            retry();
        }
        Outlet.sleepUntil(due);
    }

    private void retry() {
        if (!stalled.isEmpty() && System.nanoTime() - retryAt >= 0) {
            stalled.removeIf(DelayedLane::writeStalled);
            retryAt = System.nanoTime() + RETRY_NANOS;
        }
    }
}
