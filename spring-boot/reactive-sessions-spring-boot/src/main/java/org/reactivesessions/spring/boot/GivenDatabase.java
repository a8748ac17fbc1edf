package org.reactivesessions.spring.boot;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.PoolMetrics;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Wrapped;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.reactivesessions.pool.PoolOptions;

/**
 * The application's connection factory, looked through: a connection of its pool could not be destroyed when its state is in
 * doubt, so the sessions open theirs with what that pool opens its own with. Immutable.
 *
 * @param driver what opens physical connections, with whatever is wrapped around it below the pool
 * @param size the most connections the application's pool has, or that of ours by default
 */
record GivenDatabase(ConnectionFactory driver, int size) {

    /** What can be said of a pool whatever its driver. */
    private static final Set<String> UNDERSTOOD = Set.of(
            "pool-size",
            "max-overflow",
            "pool-timeout",
            "pool-max-pending",
            "pool-reconnect-rate",
            "pool-idle-timeout",
            "pool-recycle",
            "pool-validation-timeout",
            "connect-timeout",
            "instances");

    static GivenDatabase of(ConnectionFactory factory) {
        ConnectionFactory each = factory;
        while (each instanceof Wrapped<?> wrapper && wrapper.unwrap() instanceof ConnectionFactory inner) {
            if (each instanceof ConnectionPool pool) {
                return new GivenDatabase(
                        inner,
                        pool.getMetrics()
                                .map(PoolMetrics::getMaxAllocatedSize)
                                .filter(most -> most < Integer.MAX_VALUE) // which is no limit
                                .orElseGet(() -> PoolOptions.defaults().maxSize()));
            }
            each = inner;
        }
        return new GivenDatabase(factory, PoolOptions.defaults().maxSize());
    }

    /** What is set of it, over the size of the application's pool. */
    PoolOptions pool(DatabaseProperties said) {
        requireUnderstood(said.settings());
        PoolOptions pool = PoolOptions.defaults().maxSize(size);
        if (said.poolSize() != null) {
            pool = pool.size(said.poolSize(), said.maxOverflow() == null ? 0 : said.maxOverflow());
        } else if (said.maxOverflow() != null) {
            throw new IllegalArgumentException("max-overflow (" + said.maxOverflow()
                    + ") is added to pool-size, which is not set; set both, or pool-size alone");
        }
        pool = said.applicationInstances() == null ? pool : pool.instances(said.applicationInstances());
        pool = said.poolTimeout() == null ? pool : pool.acquireTimeout(said.poolTimeout());
        pool = said.poolMaxPending() == null ? pool : pool.maxPending(said.poolMaxPending());
        pool = said.poolReconnectRate() == null ? pool : pool.reconnectRate(said.poolReconnectRate());
        pool = said.poolIdleTimeout() == null ? pool : pool.maxIdleTime(said.poolIdleTimeout());
        pool = said.poolRecycle() == null ? pool : pool.maxLifeTime(said.poolRecycle());
        pool = said.poolValidationTimeout() == null ? pool : pool.validationTimeout(said.poolValidationTimeout());
        return said.connectTimeout() == null ? pool : pool.createTimeout(said.connectTimeout());
    }

    private static void requireUnderstood(Map<String, String> said) {
        Set<String> others = new TreeSet<>(said.keySet());
        others.removeAll(UNDERSTOOD);
        if (!others.isEmpty()) {
            throw new InvalidSettingException(
                    "These settings are of a pool of the sessions' own, but there is none, because the application has a"
                            + " ConnectionFactory and no address is set: reactive-sessions."
                            + String.join(", reactive-sessions.", others),
                    "Set reactive-sessions.url instead of spring.r2dbc.url, or say the same to the ConnectionFactory"
                            + " (spring.r2dbc.properties.*) and leave them out.",
                    null);
        }
    }
}
