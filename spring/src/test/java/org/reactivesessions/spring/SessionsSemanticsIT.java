package org.reactivesessions.spring;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import java.util.List;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.postgres.PostgresDialect;
import org.reactivesessions.testkit.server.TestDatabase;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.reactive.TransactionalOperator;

/** Our operator and our advice, beside a pool of the application's own that its client keeps using. */
class SessionsSemanticsIT extends TransactionSemantics {

    private final ConnectionPool pool;
    private final SpringSessions sessions;

    SessionsSemanticsIT(TestDatabase database) {
        super(database);
        ConnectionFactory driver = ConnectionFactories.get(database.r2dbcUrl());
        pool = new ConnectionPool(ConnectionPoolConfiguration.builder(driver)
                .initialSize(0)
                .maxSize(5)
                .build());
        sessions = SpringSessions.of(
                ReactiveSessions.builder(driver)
                        .dialect(new PostgresDialect())
                        .pool(PoolOptions.defaults().maxSize(5).acquireTimeout(PATIENCE))
                        .build(),
                pool,
                new PostgresDialect());
    }

    SpringSessions sessions() {
        return sessions;
    }

    @Override
    ConnectionFactory factory(TestDatabase in) {
        return pool;
    }

    @Override
    ReactiveTransactionManager manager() {
        return new SessionsTransactionManager(sessions);
    }

    @Override
    List<Class<?>> advice() {
        return List.of(SessionsTransactionAdvice.class);
    }

    @Override
    TransactionalOperator operator(TransactionDefinition definition) {
        return SessionsTransactionalOperator.of(sessions, definition);
    }

    @Override
    void close() {
        sessions.quiesced().block(PATIENCE);
        sessions.close().block(PATIENCE);
        pool.disposeLater().block(PATIENCE);
    }

    @Override
    boolean failedPartsCount() {
        return true;
    }

    @Override
    boolean refusesOtherIsolation() {
        return true;
    }

    @Override
    boolean limitsTime() {
        return true;
    }

    @Override
    boolean keepsBranchesApart() {
        return true;
    }

    @Override
    boolean passesOnErrorsAfterCommit() {
        return true;
    }
}
