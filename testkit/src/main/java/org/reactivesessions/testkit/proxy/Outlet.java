package org.reactivesessions.testkit.proxy;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.locks.LockSupport;

/**
 * Where the bytes of one direction of a link leave: in pieces, at a pace, and up to a limit, as its toxics say.
 *
 * <p>Not thread-safe: one thread writes.
 */
final class Outlet {

    private final OutputStream out;
    private final Toxics toxics;
    private long written;
    private long free = System.nanoTime();

    Outlet(OutputStream out, Toxics toxics) {
        this.out = out;
        this.toxics = toxics;
    }

    /** Writes all bytes that may leave; returns false if the limit is reached, so that the link has to end. */
    boolean write(byte[] bytes) throws IOException, InterruptedException {
        int allowed = toxics.allowed(written, bytes.length);
        for (int position = 0; position < allowed; ) {
            int size = toxics.nextSlice(allowed - position);
            sleepUntil(free);
            out.write(bytes, position, size);
            position += size;
            written += size;
            free = System.nanoTime() + toxics.nanosFor(size);
            if (position < allowed) {
                free += toxics.betweenSlicesNanos();
            }
        }
        return allowed == bytes.length;
    }

    /** {@link Thread#sleep} of JDK 17 rounds to milliseconds, which is too coarse for a latency. */
    static void sleepUntil(long due) throws InterruptedException {
        for (long rest = due - System.nanoTime(); rest > 0; rest = due - System.nanoTime()) {
            LockSupport.parkNanos(rest);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }
}
