package org.reactivesessions;

import io.r2dbc.spi.ConnectionFactory;
import java.util.Objects;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.dialect.StandardDialect;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.pool.ConnectionSource;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.transaction.TimeLimits;

/**
 * Makes {@link ReactiveSessions}. Not thread-safe.
 *
 * @since 0.1
 */
public final class ReactiveSessionsBuilder {

    private final ConnectionFactory connectionFactory;
    private Dialect dialect = new StandardDialect();
    private PoolOptions pool = PoolOptions.defaults();
    private TimeLimits limits = TimeLimits.defaults();
    private SessionListener listener = (name, phase, outcome, error) -> {};

    ReactiveSessionsBuilder(ConnectionFactory connectionFactory) {
        this.connectionFactory = Objects.requireNonNull(connectionFactory, "connectionFactory must not be null");
    }

    /**
     * Sets how the database is spoken to.
     *
     * @param newDialect default: {@link StandardDialect}
     * @return this builder
     */
    public ReactiveSessionsBuilder dialect(Dialect newDialect) {
        dialect = Objects.requireNonNull(newDialect, "dialect must not be null");
        return this;
    }

    /**
     * Sets the most physical connections.
     *
     * @param size at least 1; default 10
     * @return this builder
     * @throws IllegalArgumentException if {@code size} is less than 1
     */
    public ReactiveSessionsBuilder maxSize(int size) {
        pool = pool.maxSize(size);
        return this;
    }

    /**
     * Sets all settings of the pool.
     *
     * @param options default: {@link PoolOptions#defaults()}
     * @return this builder
     */
    public ReactiveSessionsBuilder pool(PoolOptions options) {
        pool = Objects.requireNonNull(options, "pool must not be null");
        return this;
    }

    /**
     * Sets how long BEGIN, COMMIT and undoing may take.
     *
     * @param newLimits default: {@link TimeLimits#defaults()}
     * @return this builder
     */
    public ReactiveSessionsBuilder limits(TimeLimits newLimits) {
        limits = Objects.requireNonNull(newLimits, "limits must not be null");
        return this;
    }

    /**
     * Sets who hears how transactions end.
     *
     * @param newListener default: nobody
     * @return this builder
     */
    public ReactiveSessionsBuilder listener(SessionListener newListener) {
        listener = Objects.requireNonNull(newListener, "listener must not be null");
        return this;
    }

    /**
     * Makes the sessions. No connection is opened before the first transaction.
     *
     * @return sessions that own their pool; close them
     * @throws IllegalArgumentException if the connection factory is a pool
     */
    public ReactiveSessions build() {
        return new DefaultReactiveSessions(
                new ConnectionSource(connectionFactory, dialect, pool), dialect, limits, listener);
    }
}
