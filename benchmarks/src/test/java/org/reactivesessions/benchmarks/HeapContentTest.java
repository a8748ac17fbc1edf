package org.reactivesessions.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class HeapContentTest {

    private static final int BYTES = 32 << 20;

    private final AtomicReference<byte[]> held = new AtomicReference<>(new byte[0]);

    @Test
    void whatIsHeldMustCountAndWhatIsNotMustNot() {
        long before = HeapContent.usedNow();
        held.set(new byte[BYTES]);
        long with = HeapContent.usedNow();
        held.set(new byte[0]);
        long without = HeapContent.usedNow();

        assertThat(with - before).isGreaterThan(BYTES / 2);
        assertThat(with - without).isGreaterThan(BYTES / 2);
    }
}
