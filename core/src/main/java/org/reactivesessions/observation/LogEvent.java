package org.reactivesessions.observation;

import org.slf4j.event.Level;

/**
 * What the life of a transaction writes to the logger {@code org.reactivesessions.transaction}, one line each.
 *
 * @since 0.1
 */
public enum LogEvent {
    /** BEGIN was answered: DEBUG by default. */
    BEGIN(Level.DEBUG),
    /** It has committed: DEBUG by default. */
    COMMIT(Level.DEBUG),
    /** Its connection is back in the pool: DEBUG by default. */
    RELEASE(Level.DEBUG),
    /** It was rolled back because its subscriber has left: DEBUG by default. */
    CANCEL(Level.DEBUG),
    /**
     * It was rolled back because its function asked for that with a
     * {@link org.reactivesessions.error.RollbackRequestedException}: DEBUG by default.
     */
    ROLLBACK(Level.DEBUG),
    /** It failed before BEGIN was answered, of which its subscriber hears: DEBUG by default. */
    NOT_STARTED(Level.DEBUG),
    /** An attempt has failed, and another one follows: DEBUG by default. */
    REPEAT(Level.DEBUG),
    /** It was rolled back because of an error: ERROR by default. */
    FAILURE(Level.ERROR),
    /** Nobody knows whether it has committed: ERROR by default. */
    IN_DOUBT(Level.ERROR);

    private final Level usual;

    LogEvent(Level usual) {
        this.usual = usual;
    }

    Level usual() {
        return usual;
    }
}
