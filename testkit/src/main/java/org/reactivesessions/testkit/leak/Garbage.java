package org.reactivesessions.testkit.leak;

import io.netty.buffer.ByteBufAllocator;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.function.LongSupplier;

/**
 * Lets Netty find the buffers that were leaked up to now; by itself it does so at some later collection, in somebody else's test.
 * Stateless.
 *
 * @since 0.1.0
 */
public final class Garbage {

    private static final int CALM_ROUNDS = 2;
    private static final long GC_MILLIS = 10_000;

    private Garbage() {}

    /**
     * Collects until nothing more is found.
     *
     * @param records how many leaks were reported so far; asked again and again
     * @return how many there are in the end
     * @throws IllegalStateException if the JVM does not collect within 10 s, or the thread is interrupted
     */
    public static long collect(LongSupplier records) {
        int calm = 0;
        while (calm < CALM_ROUNDS) {
            long before = records.getAsLong();
            collect();
            ByteBufAllocator.DEFAULT.buffer(16).release(); // makes the detector look at what was found
            calm = records.getAsLong() == before ? calm + 1 : 0;
        }
        return records.getAsLong();
    }

    private static void collect() {
        ReferenceQueue<Object> collected = new ReferenceQueue<>();
        WeakReference<Object> sentinel = new WeakReference<>(new Object(), collected);
        System.gc();
        try {
            if (collected.remove(GC_MILLIS) != sentinel) {
                throw new IllegalStateException("no garbage collection within " + GC_MILLIS + " ms");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while garbage was collected", interrupted);
        }
    }
}
