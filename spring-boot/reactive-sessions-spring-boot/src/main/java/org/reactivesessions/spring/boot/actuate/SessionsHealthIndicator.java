package org.reactivesessions.spring.boot.actuate;

import java.util.Map;
import java.util.Objects;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.health.HealthReport;
import org.reactivesessions.health.HealthStatus;
import org.reactivesessions.pool.PoolStatus;
import org.springframework.boot.health.contributor.AbstractReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import reactor.core.publisher.Mono;

/**
 * The health of sessions: {@code status}, {@code database}, {@code latency} and {@code pool}. It is asked past the pool and within the
 * limit of {@code healthTimeout}, so that it answers whatever the pool does.
 *
 * <p>{@code DOWN} is only a database that does not answer. One that answers while every connection is in use is {@code UP} with the
 * database {@code SATURATED}, because restarting or taking away an instance helps nobody then; one that takes no writes is {@code UP}
 * with the database {@code READ_ONLY}. Do not make it part of a liveness group: an application is not broken because its database is.
 * No detail has an address or a name of a user. Thread-safe.
 *
 * @since 0.1
 */
public final class SessionsHealthIndicator extends AbstractReactiveHealthIndicator {

    private final ReactiveSessions sessions;

    /**
     * Creates an indicator.
     *
     * @param sessions whose health it tells
     */
    public SessionsHealthIndicator(ReactiveSessions sessions) {
        super("The health of the database could not be asked");
        this.sessions = Objects.requireNonNull(sessions, "sessions must not be null");
    }

    @Override
    protected Mono<Health> doHealthCheck(Health.Builder builder) {
        return sessions.health()
                .map(report -> builder.status(status(report))
                        .withDetail("database", report.status().name())
                        .withDetail("latency", report.latency().toMillis() + " ms")
                        .withDetail("circuit", report.circuit().name())
                        .withDetail("pool", pool(sessions.poolStatus()))
                        .build());
    }

    private static Status status(HealthReport report) {
        return report.status() == HealthStatus.DOWN ? Status.DOWN : Status.UP;
    }

    private static Map<String, Integer> pool(PoolStatus pool) {
        return Map.of(
                "acquired", pool.acquired(),
                "idle", pool.idle(),
                "pending", pool.pending(),
                "allocated", pool.allocated(),
                "max", pool.maxSize());
    }
}
