package org.reactivesessions.pool;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A receiver that keeps the last lease it got, and counts. Thread-safe. */
final class Taker implements Acquisition.Receiver {

    private final AtomicInteger leases = new AtomicInteger();
    private final AtomicInteger errors = new AtomicInteger();
    private volatile @Nullable Lease last;

    @Override
    public void delivered(Lease lease) {
        last = lease;
        leases.incrementAndGet();
    }

    @Override
    public void failed(Throwable error) {
        errors.incrementAndGet();
    }

    int leases() {
        return leases.get();
    }

    int errors() {
        return errors.get();
    }

    @Nullable
    Lease last() {
        return last;
    }
}
