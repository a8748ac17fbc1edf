package org.reactivesessions.health;

import java.time.Duration;
import org.reactivesessions.observation.BreakerState;

/**
 * What a look at the database has found. Immutable; carries no secret, but the reason may name the
 * address the driver could not reach.
 *
 * @param status the short form
 * @param latency how long the answer took, or how long it was waited for
 * @param reason in words, for an operator
 * @param circuit the state of the circuit breaker, which knows of the work, while the probe asks past it
 * @since 0.1
 */
public record HealthReport(HealthStatus status, Duration latency, String reason, BreakerState circuit) {

    /**
     * Tells whether the database answers.
     *
     * @return {@code true} unless it is {@link HealthStatus#DOWN}
     */
    public boolean isHealthy() {
        return status != HealthStatus.DOWN;
    }
}
