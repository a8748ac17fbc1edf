package org.reactivesessions.benchmarks;

import io.r2dbc.pool.ConnectionPool;
import java.time.Duration;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

/** Spring's transactional operator and its database client, on r2dbc-pool. Thread-safe. */
final class SpringScope implements AutoCloseable {

    private final ConnectionPool pool;
    private final R2dbcTransactionManager manager;
    private final DatabaseClient client;

    SpringScope(Endpoint endpoint, int size) {
        this.pool = UsingWhen.pool(endpoint, size);
        this.manager = new R2dbcTransactionManager(pool);
        this.client = DatabaseClient.create(pool);
    }

    TransactionalOperator operator(TransactionDefinition definition) {
        return TransactionalOperator.create(manager, definition);
    }

    DatabaseClient client() {
        return client;
    }

    /** Sends the {@link SampleSettings} that the operator's definition cannot carry. */
    Mono<Void> settings() {
        return client.sql(SampleSettings.SET_STATEMENT_TIMEOUT)
                .then()
                .then(client.sql(SampleSettings.SET_LOCK_TIMEOUT).then())
                .then(client.sql(SampleSettings.SET_TENANT)
                        .bind(0, SampleSettings.TENANT)
                        .then());
    }

    Mono<Long> balance(int id) {
        return client.sql(Contender.READ)
                .bind(0, id)
                .map(row -> row.get(0, Long.class))
                .one();
    }

    @Override
    public void close() {
        pool.disposeLater().block(Duration.ofMinutes(1));
    }
}
