package org.reactivesessions.postgres.matrix;

import java.util.function.BooleanSupplier;
import org.reactivesessions.postgres.ServerFixture;

/** The wait for what will be seen sooner or later, by asking again and again. */
final class Patience {

    private Patience() {}

    /**
     * Blocks until a condition holds.
     *
     * @param otherwise what is the case as long as it does not
     * @throws AssertionError if it does not hold in time
     */
    static void until(String otherwise, BooleanSupplier condition) {
        long end = System.nanoTime() + ServerFixture.PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError(otherwise);
            }
            ServerFixture.pause();
        }
    }
}
