package org.reactivesessions.wire;

import java.time.Duration;
import java.util.function.LongSupplier;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * How long a statement waits behind the rows of another when nobody asks for more of them. Immutable.
 *
 * @param limit more than zero, default 2 s
 * @param timer tells when it is over
 * @param nanoTime a monotonic clock in nanoseconds
 * @since 0.1
 */
public record Patience(Duration limit, Scheduler timer, LongSupplier nanoTime) {

    /** The limit of who sets none. */
    public static final Duration DEFAULT = Duration.ofSeconds(2);

    /**
     * Returns the defaults.
     *
     * @return 2 s of the machine's time
     */
    public static Patience defaults() {
        return new Patience(DEFAULT, Schedulers.parallel(), System::nanoTime);
    }
}
