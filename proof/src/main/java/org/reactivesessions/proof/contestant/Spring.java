package org.reactivesessions.proof.contestant;

import io.r2dbc.pool.ConnectionPool;
import java.util.List;
import java.util.function.Function;
import org.reactivesessions.proof.journal.Told;
import org.reactivesessions.proof.workload.Operation;
import org.reactivesessions.proof.workload.OperationKind;
import org.reactivesessions.proof.workload.Script;
import org.reactivesessions.proof.workload.Statements;
import org.reactivesessions.proof.workload.Witness;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Spring's transactional operator and database client on r2dbc-pool. Thread-safe. */
public final class Spring implements Contestant {

    private static final int TAKEN = 10;

    private final ConnectionPool pool;
    private final int size;
    private final R2dbcTransactionManager manager;
    private final Statements statements;

    public Spring(Target target, int size) {
        this.pool = Pools.open(target, size);
        this.size = size;
        this.manager = new R2dbcTransactionManager(pool);
        this.statements = new Of(manager, DatabaseClient.create(pool));
    }

    @Override
    public String name() {
        return "Spring's TransactionalOperator on r2dbc-pool";
    }

    @Override
    public Mono<Verdict> run(Operation operation, Witness witness) {
        DefaultTransactionDefinition definition = new DefaultTransactionDefinition();
        definition.setIsolationLevel(
                operation.serializable()
                        ? TransactionDefinition.ISOLATION_SERIALIZABLE
                        : TransactionDefinition.ISOLATION_READ_COMMITTED);
        definition.setReadOnly(operation.kind() == OperationKind.READ);
        TransactionalOperator operator = TransactionalOperator.create(manager, definition);
        Mono<Verdict> running;
        if (operation.kind() == OperationKind.STREAM) {
            running = operator.transactional(Script.stream(operation, statements, witness))
                    .take(TAKEN)
                    .then(Mono.empty());
        } else {
            running = operator.transactional(Mono.defer(() -> Script.work(operation, statements, witness)))
                    .then(Mono.just(Verdict.of(Told.ACK, "")));
        }
        if (operation.serializable()) {
            running = running.retryWhen(Pools.retry());
        }
        return running.timeout(Limits.WHOLE).onErrorResume(error -> Mono.just(Pools.failed(error)));
    }

    @Override
    public Flux<String> onEachConnection(String sql) {
        return Pools.onEachConnection(pool, size, sql);
    }

    @Override
    public Holding holding() {
        return Pools.holding(pool);
    }

    @Override
    public void close() {
        Pools.close(pool);
    }

    /** Statements that find their transaction by themselves. */
    private record Of(R2dbcTransactionManager manager, DatabaseClient client) implements Statements {

        private DatabaseClient.GenericExecuteSpec statement(String sql, Object... values) {
            DatabaseClient.GenericExecuteSpec statement = client.sql(sql);
            for (int index = 0; index < values.length; index++) {
                statement = statement.bind(index, values[index]);
            }
            return statement;
        }

        @Override
        public Mono<Void> update(String sql, Object... values) {
            return statement(sql, values).then();
        }

        @Override
        public Flux<List<Object>> query(String sql, int columns, Object... values) {
            return statement(sql, values).map(row -> Cells.of(row, columns)).all();
        }

        @Override
        public Mono<Void> undone(Function<Statements, Mono<Void>> work) {
            return TransactionalOperator.create(
                            manager, new DefaultTransactionDefinition(TransactionDefinition.PROPAGATION_NESTED))
                    .execute(status -> {
                        status.setRollbackOnly();
                        return work.apply(this);
                    })
                    .then();
        }
    }
}
