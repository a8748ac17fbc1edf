package org.reactivesessions.pool;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long each connection may live: as long as it was set, give or take a tenth, so that connections that were opened together
 * are not closed together. Thread-safe if its source of chance is.
 *
 * @param mean more than zero
 * @param chance from 0 to below 1, evenly
 */
record LifeTimes(Duration mean, DoubleSupplier chance) {

    private static final double LEAST = 0.9;
    private static final double SPREAD = 0.2;

    Duration next() {
        return Duration.ofNanos((long) (mean.toNanos() * (LEAST + SPREAD * chance.getAsDouble())));
    }
}
