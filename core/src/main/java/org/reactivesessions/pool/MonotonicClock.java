package org.reactivesessions.pool;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The clock by which the pool measures how long a connection has lain idle, which must not close them all when somebody sets the
 * computer's clock: it tells how much time has passed since it was made, and not what time it is. Never below zero, which the
 * pool takes for no time at all. Thread-safe.
 */
final class MonotonicClock extends Clock {

    private final LongSupplier nanoTime;
    private final long start;

    MonotonicClock(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
    }

    @Override
    public long millis() {
        return TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - start);
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
