package org.reactivesessions.observation;

/** The state of the circuit breaker in front of a database. Immutable. */
public enum BreakerState {
    /** The database answers; everything is let through. */
    CLOSED,
    /** The database has not answered lately; nothing is let through until a wait is over. */
    OPEN,
    /** The wait is over; a few are let through to see whether the database answers. */
    HALF_OPEN,
    /** An operator has switched it off: everything is let through, and nothing is counted. */
    DISABLED,
    /** An operator has opened it: nothing is let through until he closes it. */
    FORCED_OPEN,
    /** Everything is let through, and counted. */
    METRICS_ONLY
}
