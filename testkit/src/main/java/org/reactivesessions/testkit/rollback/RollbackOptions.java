package org.reactivesessions.testkit.rollback;

import io.r2dbc.spi.IsolationLevel;
import java.time.Duration;
import java.util.List;

/**
 * How the one transaction of a test is. Immutable; every method returns a copy.
 *
 * @since 0.1.0
 */
public final class RollbackOptions {

    private static final List<IsolationLevel> WEAKEST_FIRST = List.of(
            IsolationLevel.READ_UNCOMMITTED,
            IsolationLevel.READ_COMMITTED,
            IsolationLevel.REPEATABLE_READ,
            IsolationLevel.SERIALIZABLE);

    private static final RollbackOptions DEFAULTS =
            new RollbackOptions(IsolationLevel.READ_COMMITTED, Duration.ofSeconds(10), Duration.ofSeconds(10));

    private final IsolationLevel isolation;
    private final Duration patience;
    private final Duration endWithin;

    private RollbackOptions(IsolationLevel isolation, Duration patience, Duration endWithin) {
        this.isolation = isolation;
        this.patience = patience;
        this.endWithin = endWithin;
    }

    /**
     * Returns the defaults.
     *
     * @return READ COMMITTED, 10 s to wait for a turn, 10 s to end
     */
    public static RollbackOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Sets the isolation level of the one transaction. A transaction of the code under test that asks for a weaker one gets this one; a
     * stronger one is refused.
     *
     * @param level one of the four levels of the SQL standard
     * @return a copy with that level
     * @throws IllegalArgumentException if it is another one
     */
    public RollbackOptions isolation(IsolationLevel level) {
        if (!WEAKEST_FIRST.contains(level)) {
            throw new IllegalArgumentException(
                    "isolation must be one of the four levels of IsolationLevel, but was \"" + level.asSql() + "\"");
        }
        return new RollbackOptions(level, patience, endWithin);
    }

    /**
     * Limits how long one connection of the test waits for another one to end its transaction.
     *
     * @param limit more than zero
     * @return a copy with that limit
     * @throws IllegalArgumentException if {@code limit} is not more than zero
     */
    public RollbackOptions patience(Duration limit) {
        return new RollbackOptions(isolation, positive("patience", limit), endWithin);
    }

    /**
     * Limits how long the end of the test waits for statements that still run, and for the server; then the session is ended by the server.
     *
     * @param limit more than zero
     * @return a copy with that limit
     * @throws IllegalArgumentException if {@code limit} is not more than zero
     */
    public RollbackOptions endWithin(Duration limit) {
        return new RollbackOptions(isolation, patience, positive("endWithin", limit));
    }

    private static Duration positive(String name, Duration limit) {
        if (limit.isZero() || limit.isNegative()) {
            throw new IllegalArgumentException(name + " must be > 0, but was " + limit);
        }
        return limit;
    }

    /**
     * Tells the isolation level.
     *
     * @return the level of the one transaction
     */
    public IsolationLevel isolation() {
        return isolation;
    }

    /**
     * Tells the limit for a turn.
     *
     * @return how long one connection waits for another one
     */
    public Duration patience() {
        return patience;
    }

    /**
     * Tells the limit for the end.
     *
     * @return how long the end of the test may take before the server ends the session
     */
    public Duration endWithin() {
        return endWithin;
    }

    /**
     * Tells whether the one transaction is isolated as well as somebody asks for.
     *
     * @param asked a level
     * @return whether it is weaker than {@link #isolation()}, or the same
     */
    public boolean covers(IsolationLevel asked) {
        return WEAKEST_FIRST.indexOf(asked) <= WEAKEST_FIRST.indexOf(isolation);
    }
}
