package org.reactivesessions.benchmarks;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Statement;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.SqlStatement;
import org.reactivesessions.postgres.PostgresSessions;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Rows as a flux. Who reads them does so on a thread of his own, and asks for as many as he has room for.
 *
 * @param source makes the flux
 * @param thread that of the reader
 * @param end closes what it needs
 */
record ReactiveRows(Source source, Scheduler thread, Runnable end) implements RowReader {

    /** Makes the rows of one transaction. */
    @FunctionalInterface
    interface Source {
        Flux<Long> rows(int number, int fetchSize);
    }

    private static final int ROOM = 256;

    private ReactiveRows(Source source, Runnable end) {
        this(source, Schedulers.newSingle("reader"), end);
    }

    static ReactiveRows ours(Endpoint endpoint, boolean autocommitWrites) {
        ReactiveSessions sessions = PostgresSessions.builder()
                .url(endpoint.r2dbcUrl())
                .pool(Ours.POOL_OPTIONS.maxSize(1))
                .autocommitWrites(autocommitWrites)
                .build();
        return new ReactiveRows(
                (number, fetchSize) -> sessions.withTransactionMany(session -> {
                    SqlStatement statement = session.sql(ROWS, number);
                    return (fetchSize == ALL_AT_ONCE ? statement : statement.fetchSize(fetchSize))
                            .all(ReactiveRows::value);
                }),
                () -> sessions.close().block(Load.PATIENCE));
    }

    static ReactiveRows byHand(Endpoint endpoint) {
        ConnectionPool pool = UsingWhen.pool(endpoint, 1);
        return new ReactiveRows(
                (number, fetchSize) -> Flux.usingWhen(
                        pool.create(),
                        connection -> Mono.from(connection.beginTransaction())
                                .thenMany(values(connection, number, fetchSize)),
                        connection -> Mono.from(connection.commitTransaction()).then(Mono.from(connection.close())),
                        (connection, error) ->
                                Mono.from(connection.rollbackTransaction()).then(Mono.from(connection.close())),
                        connection ->
                                Mono.from(connection.rollbackTransaction()).then(Mono.from(connection.close()))),
                () -> pool.disposeLater().block(Load.PATIENCE));
    }

    private static Flux<Long> values(Connection connection, int number, int fetchSize) {
        Statement statement = connection.createStatement(ROWS).bind(0, number);
        return Flux.from(fetched(statement, fetchSize).execute()).flatMap(result -> result.map(ReactiveRows::value));
    }

    private static Statement fetched(Statement statement, int fetchSize) {
        return fetchSize == ALL_AT_ONCE ? statement : statement.fetchSize(fetchSize);
    }

    static ReactiveRows spring(Endpoint endpoint) {
        SpringScope scope = new SpringScope(endpoint, 1);
        TransactionalOperator operator = scope.operator(TransactionDefinition.withDefaults());
        return new ReactiveRows(
                (number, fetchSize) -> {
                    GenericExecuteSpec statement = scope.client().sql(ROWS).bind(0, number);
                    return operator.transactional(statement
                            .filter(made -> fetched(made, fetchSize))
                            .map(ReactiveRows::value)
                            .all());
                },
                scope::close);
    }

    private static Long value(Readable row) {
        return Objects.requireNonNull(row.get(0, Long.class));
    }

    @Override
    public void read(int rows, int fetchSize, LongConsumer reader) {
        source.rows(rows, fetchSize)
                .publishOn(thread, ROOM)
                .doOnNext(reader::accept)
                .then()
                .block(Load.PATIENCE);
    }

    @Override
    public void close() {
        end.run();
        thread.dispose();
    }
}
