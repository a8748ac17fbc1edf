package org.reactivesessions.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class AllocationsTest {

    private static final int CALLS = 10_000;
    private static final int SIZE = 1_000;

    private final AtomicReference<byte[]> held = new AtomicReference<>();

    @Test
    void whatACallAllocatesMustBeCounted() {
        Runnable call = () -> held.set(new byte[SIZE]);

        assertThat(Allocations.ofThisThread(CALLS, call).bytes()).isBetween(SIZE + 1.0, SIZE + 64.0);
        assertThat(Allocations.ofAllThreads(CALLS, call).bytes()).isGreaterThan(SIZE);
    }

    @Test
    void aThreadThatEndsMeanwhileMustNotCountBackwards() throws InterruptedException {
        CountDownLatch allocated = new CountDownLatch(1);
        Thread thread = new Thread(() -> {
            for (int i = 0; i < CALLS; i++) {
                held.set(new byte[SIZE]);
            }
            allocated.countDown();
            LockSupport.park(); // until it is interrupted
        });
        thread.start();
        allocated.await();

        Allocations.PerCall cost = Allocations.ofAllThreads(1, () -> end(thread));

        assertThat(cost.bytes()).isNotNegative();
    }

    private static void end(Thread thread) {
        while (thread.isAlive()) {
            thread.interrupt();
            Thread.onSpinWait();
        }
    }

    @Test
    void whatAllocatesNothingMustCostNothing() {
        assertThat(Allocations.ofThisThread(CALLS, () -> {}).bytes()).isLessThan(1);
    }
}
