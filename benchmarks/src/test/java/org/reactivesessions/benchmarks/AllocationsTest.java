package org.reactivesessions.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicReference;
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
    void whatAllocatesNothingMustCostNothing() {
        assertThat(Allocations.ofThisThread(CALLS, () -> {}).bytes()).isLessThan(1);
    }
}
