package org.reactivesessions.orders.evidence;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.PoolMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.orders.OrdersApplication;
import org.reactivesessions.orders.database.OrdersDatabase;
import org.reactivesessions.pool.PoolStatus;
import org.springframework.context.ConfigurableApplicationContext;

/** The service in this process, on a port of its own. Closed by whoever started it. Thread-safe. */
public final class Service implements AutoCloseable {

    private final ConfigurableApplicationContext context;

    private Service(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /**
     * Starts it.
     *
     * @param settings as on its command line
     */
    public static Service start(String... settings) {
        List<String> arguments =
                new ArrayList<>(List.of("--server.port=0", "--logging.level.org.reactivesessions=ERROR"));
        arguments.addAll(List.of(settings));
        return new Service(OrdersApplication.application().run(arguments.toArray(String[]::new)));
    }

    /** Where it listens on the loopback address. */
    public int port() {
        return Integer.parseInt(Objects.requireNonNull(context.getEnvironment().getProperty("local.server.port")));
    }

    /** Past whatever is between it and its database. */
    public Witness witness() {
        return new Witness(database().directUrl());
    }

    /** Its database, and what is in front of it. */
    public OrdersDatabase database() {
        return context.getBean(OrdersDatabase.class);
    }

    /** What its transactions run on, if that is sessions. */
    public ReactiveSessions sessions() {
        return context.getBean(ReactiveSessions.class);
    }

    /** Connections of its pool that are in use, and callers that wait for one. */
    public int busy() {
        if (isPlain()) {
            PoolMetrics pool = plainPool();
            return pool.acquiredSize() + pool.pendingAcquireSize();
        }
        PoolStatus pool = sessions().poolStatus();
        return pool.acquired() + pool.pending();
    }

    /** What its pool is doing, as names and values. */
    String poolFigures() {
        if (isPlain()) {
            PoolMetrics pool = plainPool();
            return "acquired=" + pool.acquiredSize() + " idle=" + pool.idleSize() + " pending="
                    + pool.pendingAcquireSize();
        }
        PoolStatus pool = sessions().poolStatus();
        return "acquired=" + pool.acquired() + " idle=" + pool.idle() + " pending=" + pool.pending();
    }

    /** What its sessions have counted since the last call; nothing if it has none. */
    String statistics() {
        return isPlain() ? "" : "statistics(): " + sessions().statistics().sinceLastCall();
    }

    private boolean isPlain() {
        return context.getBeanProvider(ReactiveSessions.class).getIfAvailable() == null;
    }

    private PoolMetrics plainPool() {
        return context.getBean(ConnectionPool.class).getMetrics().orElseThrow();
    }

    @Override
    public void close() {
        context.close();
    }
}
