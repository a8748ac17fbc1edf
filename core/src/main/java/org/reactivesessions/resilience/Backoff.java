package org.reactivesessions.resilience;

import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Random waits whose most doubles from attempt to attempt: between a millisecond and that, so that those who failed together
 * do not come back together (<a href="https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/">full jitter</a>).
 * Immutable and thread-safe.
 *
 * @since 0.1
 */
public final class Backoff {

    private static final double DOUBLING = 2;

    private final IntervalFunction most;

    private Backoff(IntervalFunction most) {
        this.most = most;
    }

    /**
     * Makes waits.
     *
     * @param base the most before the second attempt, at least 1 ms
     * @param cap the most before any attempt, not less than {@code base}
     * @return the waits
     */
    public static Backoff fullJitter(Duration base, Duration cap) {
        return new Backoff(IntervalFunction.ofExponentialBackoff(base, DOUBLING, cap));
    }

    /**
     * Draws a wait.
     *
     * @param made how many attempts were made, at least 1
     * @return how long to wait before the next one
     */
    public Duration after(int made) {
        return Duration.ofMillis(millisAfter(made));
    }

    long millisAfter(int made) {
        return 1 + ThreadLocalRandom.current().nextLong(most.apply(made));
    }
}
