package org.reactivesessions.spring.cancelrun;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.postgres.PostgresDialect;
import org.reactivesessions.spring.SessionsTransactionAdvice;
import org.reactivesessions.spring.SessionsTransactionManager;
import org.reactivesessions.spring.SpringSessions;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;

/** The service, with somebody who runs its transactions. */
final class Contestant implements AutoCloseable {

    static final int CONNECTIONS = 8;

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long PAUSE_NANOS = 1_000_000;

    /** Who runs the transactions. */
    enum Kind {
        SPRING("Spring's own manager"),
        SESSIONS("sessions"),
        FALLBACK("sessions as a manager of Spring's");

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        @Override
        public String toString() {
            return title;
        }
    }

    /** Switches proxies on. */
    @EnableTransactionManagement(proxyTargetClass = true)
    static class Proxies {}

    private final ConnectionPool pool;
    private final @Nullable SpringSessions sessions;
    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

    Contestant(Kind kind, String url) {
        ConnectionFactory driver = ConnectionFactories.get(url);
        pool = new ConnectionPool(ConnectionPoolConfiguration.builder(driver)
                .initialSize(0)
                .maxSize(CONNECTIONS)
                .build());
        sessions = kind == Kind.SPRING ? null : SpringSessions.of(sessions(driver), pool, new PostgresDialect());
        context.registerBean(DatabaseClient.class, () -> DatabaseClient.create(pool));
        context.registerBean(ReactiveTransactionManager.class, this::manager);
        context.register(Proxies.class, Transfers.class);
        if (kind == Kind.SESSIONS) {
            context.register(SessionsTransactionAdvice.class);
        }
        context.refresh();
    }

    private static ReactiveSessions sessions(ConnectionFactory driver) {
        return ReactiveSessions.builder(driver)
                .dialect(new PostgresDialect())
                .pool(PoolOptions.defaults().maxSize(CONNECTIONS).acquireTimeout(PATIENCE))
                .build();
    }

    private ReactiveTransactionManager manager() {
        return sessions == null ? new R2dbcTransactionManager(pool) : new SessionsTransactionManager(sessions);
    }

    Transfers transfers() {
        return context.getBean(Transfers.class);
    }

    /** Waits until nothing is left of what was cancelled; tells how many connections did not come back. */
    int settle() {
        if (sessions != null) {
            sessions.quiesced().block(PATIENCE);
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (acquired() > 0 && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return acquired();
    }

    private int acquired() {
        return sessions == null
                ? pool.getMetrics().orElseThrow().acquiredSize()
                : sessions.poolStatus().acquired();
    }

    @Override
    public void close() {
        context.close();
        if (sessions != null) {
            sessions.close().block(PATIENCE.multipliedBy(3));
        }
        pool.dispose();
    }
}
