package org.reactivesessions.pool;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The clock by which the pool measures how long a connection has lain idle, which must not close them all when somebody sets the
 * computer's clock: it tells how much time has passed, and not what time it is. Thread-safe.
 */
final class MonotonicClock extends Clock {

    private final LongSupplier nanoTime;

    MonotonicClock(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    @Override
    public long millis() {
        return TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong());
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
