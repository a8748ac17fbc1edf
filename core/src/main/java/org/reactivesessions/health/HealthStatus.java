package org.reactivesessions.health;

/** Whether the database answers, and what stands in the way of work. Immutable. */
public enum HealthStatus {
    /** It answers, and there are connections. */
    UP,
    /** It answers, but every connection of the pool is in use: more work waits. Restarting the service would not help. */
    SATURATED,
    /** It answers, but takes no writes: it is a standby, or an operator has made it read-only. */
    READ_ONLY,
    /** It does not answer within the limit. */
    DOWN
}
