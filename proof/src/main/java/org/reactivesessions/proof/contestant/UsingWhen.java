package org.reactivesessions.proof.contestant;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.postgresql.api.PostgresTransactionDefinition;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.util.List;
import java.util.function.Function;
import org.reactivesessions.proof.journal.Told;
import org.reactivesessions.proof.workload.Operation;
import org.reactivesessions.proof.workload.OperationKind;
import org.reactivesessions.proof.workload.Script;
import org.reactivesessions.proof.workload.Statements;
import org.reactivesessions.proof.workload.Witness;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The transaction as textbooks write it: {@code usingWhen} on r2dbc-pool. Thread-safe. */
public final class UsingWhen implements Contestant {

    private static final int TAKEN = 10;

    private final ConnectionPool pool;
    private final int size;

    public UsingWhen(Target target, int size) {
        this.pool = Pools.open(target, size);
        this.size = size;
    }

    @Override
    public String name() {
        return "usingWhen on r2dbc-pool";
    }

    @Override
    public Mono<Verdict> run(Operation operation, Witness witness) {
        Mono<Verdict> running;
        if (operation.kind() == OperationKind.STREAM) {
            running = inTransaction(operation, connection -> Script.stream(operation, new Of(connection), witness))
                    .take(TAKEN)
                    .then(Mono.empty());
        } else {
            running = inTransaction(operation, connection -> Script.work(operation, new Of(connection), witness))
                    .then(Mono.just(Verdict.of(Told.ACK, "")));
        }
        if (operation.serializable()) {
            running = running.retryWhen(Pools.retry());
        }
        return running.timeout(Limits.WHOLE).onErrorResume(error -> Mono.just(Pools.failed(error)));
    }

    private <T> Flux<T> inTransaction(Operation operation, Function<Connection, ? extends Publisher<T>> work) {
        PostgresTransactionDefinition definition = PostgresTransactionDefinition.from(
                operation.serializable() ? IsolationLevel.SERIALIZABLE : IsolationLevel.READ_COMMITTED);
        PostgresTransactionDefinition its = operation.kind() == OperationKind.READ ? definition.readOnly() : definition;
        return Flux.usingWhen(
                pool.create(),
                connection -> Flux.usingWhen(
                        Mono.from(connection.beginTransaction(its)).thenReturn(connection),
                        work,
                        Connection::commitTransaction,
                        (failed, error) -> failed.rollbackTransaction(),
                        Connection::rollbackTransaction),
                Connection::close);
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

    /** Statements on a connection. */
    private record Of(Connection connection) implements Statements {

        private Statement statement(String sql, Object... values) {
            Statement statement = connection.createStatement(sql);
            for (int index = 0; index < values.length; index++) {
                statement.bind(index, values[index]);
            }
            return statement;
        }

        @Override
        public Mono<Void> update(String sql, Object... values) {
            return Flux.defer(() -> statement(sql, values).execute())
                    .concatMap(Result::getRowsUpdated)
                    .then();
        }

        @Override
        public Flux<List<Object>> query(String sql, int columns, Object... values) {
            return Flux.defer(() -> statement(sql, values).execute())
                    .concatMap(result -> result.map(row -> Cells.of(row, columns)));
        }

        @Override
        public Mono<Void> undone(Function<Statements, Mono<Void>> work) {
            return Mono.from(connection.createSavepoint("part"))
                    .then(work.apply(this))
                    .then(Mono.defer(() -> Mono.from(connection.rollbackTransactionToSavepoint("part"))));
        }
    }
}
