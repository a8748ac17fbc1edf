package org.reactivesessions.micrometer;

import java.util.function.ToLongFunction;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.pool.PoolStatus;

/** The meters of a pool, which are read when somebody asks for them. Stateless. */
final class PoolMeters {

    private PoolMeters() {}

    /** Registers them; they do not keep the sessions from being collected. */
    static void register(Meters meters, ReactiveSessions sessions) {
        gauge(meters, SessionMeter.POOL_ACQUIRED, sessions, PoolStatus::acquired);
        gauge(meters, SessionMeter.POOL_ALLOCATED, sessions, PoolStatus::allocated);
        gauge(meters, SessionMeter.POOL_IDLE, sessions, PoolStatus::idle);
        gauge(meters, SessionMeter.POOL_PENDING, sessions, PoolStatus::pending);
        gauge(meters, SessionMeter.POOL_MAX_ALLOCATED, sessions, PoolStatus::maxSize);
        gauge(meters, SessionMeter.POOL_MAX_PENDING, sessions, PoolStatus::maxPending);
        gauge(meters, SessionMeter.COUNT, sessions, PoolStatus::acquired, "used");
        gauge(meters, SessionMeter.COUNT, sessions, PoolStatus::idle, "idle");
        gauge(meters, SessionMeter.IDLE_MIN, sessions, PoolStatus::coreSize);
        gauge(meters, SessionMeter.MAX, sessions, PoolStatus::maxSize);
        gauge(meters, SessionMeter.PENDING_REQUESTS, sessions, PoolStatus::pending);
        counted(meters, SessionMeter.CONNECTION_TIMEOUTS, sessions, PoolStatus::timeouts);
        counted(meters, SessionMeter.SHED, sessions, PoolStatus::shed);
    }

    private static void gauge(
            Meters meters,
            SessionMeter meter,
            ReactiveSessions sessions,
            ToLongFunction<PoolStatus> figure,
            String... values) {
        meters.gauge(meter, sessions, source -> figure.applyAsLong(source.poolStatus()), values);
    }

    private static void counted(
            Meters meters, SessionMeter meter, ReactiveSessions sessions, ToLongFunction<PoolStatus> figure) {
        meters.counted(meter, sessions, source -> figure.applyAsLong(source.poolStatus()));
    }
}
