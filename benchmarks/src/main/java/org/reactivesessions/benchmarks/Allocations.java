package org.reactivesessions.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;

/** Counts the bytes that threads allocate. What the compiler keeps off the heap is not counted, so warm up first. */
final class Allocations {

    private static final ThreadMXBean THREADS = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

    /**
     * What a call cost.
     *
     * @param bytes allocated
     * @param nanos elapsed
     */
    record PerCall(double bytes, double nanos) {}

    private Allocations() {}

    /** Counts what the calling thread allocates, which is exact. */
    static PerCall ofThisThread(int calls, Runnable call) {
        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        long begin = System.nanoTime();
        repeat(calls, call);
        long nanos = System.nanoTime() - begin;
        return new PerCall((double) (THREADS.getCurrentThreadAllocatedBytes() - bytes) / calls, (double) nanos / calls);
    }

    /** Counts what all threads allocate, whoever they are. What is left out is what a thread allocates that ends meanwhile. */
    static PerCall ofAllThreads(int calls, Runnable call) {
        Map<Long, Long> before = byThread();
        long begin = System.nanoTime();
        repeat(calls, call);
        long nanos = System.nanoTime() - begin;
        long bytes = byThread().entrySet().stream()
                .mapToLong(thread -> thread.getValue() - before.getOrDefault(thread.getKey(), 0L))
                .sum();
        return new PerCall((double) bytes / calls, (double) nanos / calls);
    }

    private static void repeat(int calls, Runnable call) {
        for (int i = 0; i < calls; i++) {
            call.run();
        }
    }

    private static Map<Long, Long> byThread() {
        long[] ids = THREADS.getAllThreadIds();
        long[] bytes = THREADS.getThreadAllocatedBytes(ids);
        Map<Long, Long> alive = new HashMap<>();
        for (int i = 0; i < ids.length; i++) {
            if (bytes[i] > 0) { // -1 for one that has ended
                alive.put(ids[i], bytes[i]);
            }
        }
        return alive;
    }
}
