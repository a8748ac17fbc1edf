package org.reactivesessions.benchmarks;

import java.lang.management.ManagementFactory;

/** What is reachable on the heap. Stateless. */
final class HeapContent {

    /** One collection may leave what the next one finds, such as what a reference handler was still busy with. */
    private static final int COLLECTIONS = 2;

    private HeapContent() {}

    /** Bytes the heap has in use after full collections. */
    static long usedNow() {
        long used = Long.MAX_VALUE;
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            used = Math.min(
                    used,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return used;
    }
}
