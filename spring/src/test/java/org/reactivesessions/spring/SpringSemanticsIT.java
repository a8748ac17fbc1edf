package org.reactivesessions.spring;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import java.util.List;
import org.reactivesessions.testkit.server.TestDatabase;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.reactive.TransactionalOperator;

/** Spring's own transactions, so that what the suite asks is what Spring does. */
class SpringSemanticsIT extends TransactionSemantics {

    private final ConnectionPool pool;

    SpringSemanticsIT(TestDatabase database) {
        super(database);
        pool = new ConnectionPool(ConnectionPoolConfiguration.builder(ConnectionFactories.get(database.r2dbcUrl()))
                .initialSize(0)
                .maxSize(5)
                .build());
    }

    @Override
    ConnectionFactory factory(TestDatabase in) {
        return pool;
    }

    @Override
    ReactiveTransactionManager manager() {
        return new R2dbcTransactionManager(pool);
    }

    @Override
    List<Class<?>> advice() {
        return List.of();
    }

    @Override
    TransactionalOperator operator(TransactionDefinition definition) {
        return TransactionalOperator.create(manager(), definition);
    }

    @Override
    void close() {
        pool.disposeLater().block(PATIENCE);
    }

    @Override
    boolean failedPartsCount() {
        return false;
    }

    @Override
    boolean refusesOtherIsolation() {
        return false;
    }

    @Override
    boolean limitsTime() {
        return false;
    }

    @Override
    boolean keepsBranchesApart() {
        return false;
    }

    @Override
    boolean passesOnErrorsAfterCommit() {
        return false;
    }
}
