package org.reactivesessions.benchmarks;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.TransactionDefinition;
import java.time.Duration;
import java.util.function.Function;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The transaction scope as a textbook writes it: {@link Mono#usingWhen} on r2dbc-pool. It is not safe under cancel, which is
 * why there is a library, but nobody cancels here. Thread-safe.
 */
final class UsingWhen implements AutoCloseable {

    private final ConnectionPool pool;

    UsingWhen(Endpoint endpoint, int size) {
        this.pool = pool(endpoint, size);
    }

    /** A pool of the driver's connections, to be disposed of by the caller. */
    static ConnectionPool pool(Endpoint endpoint, int size) {
        return new ConnectionPool(ConnectionPoolConfiguration.builder(driver(endpoint))
                .initialSize(0)
                .maxSize(size)
                .build());
    }

    /** What opens the driver's connections. */
    static PostgresqlConnectionFactory driver(Endpoint endpoint) {
        TestDatabase database = endpoint.database();
        return new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                .host(endpoint.host())
                .port(endpoint.port())
                .database(database.database())
                .username(database.username())
                .password(database.password())
                .preparedStatementCacheQueries(Contender.STATEMENT_CACHE)
                .tcpKeepAlive(true)
                .build());
    }

    /** Runs work in a plain transaction. */
    <T> Mono<T> inTransaction(Function<Connection, Mono<T>> work) {
        return inTransaction(Connection::beginTransaction, work);
    }

    /** Runs work in a transaction that is begun in some way. */
    <T> Mono<T> inTransaction(Function<Connection, Publisher<Void>> begin, Function<Connection, Mono<T>> work) {
        return Mono.usingWhen(
                pool.create(),
                connection -> Mono.from(begin.apply(connection)).then(work.apply(connection)),
                connection -> Mono.from(connection.commitTransaction()).then(Mono.from(connection.close())),
                (connection, error) ->
                        Mono.from(connection.rollbackTransaction()).then(Mono.from(connection.close())),
                connection -> Mono.from(connection.rollbackTransaction()).then(Mono.from(connection.close())));
    }

    /** Runs work without a transaction. */
    <T> Mono<T> onConnection(Function<Connection, Mono<T>> work) {
        return Mono.usingWhen(pool.create(), work, Connection::close);
    }

    /** Begins a transaction and sends the {@link SampleSettings} that BEGIN cannot carry. */
    static Mono<Void> beginWithSettings(Connection connection, TransactionDefinition definition) {
        return Mono.from(connection.beginTransaction(definition))
                .then(executed(connection.createStatement(SampleSettings.SET_STATEMENT_TIMEOUT)))
                .then(executed(connection.createStatement(SampleSettings.SET_LOCK_TIMEOUT)))
                .then(executed(
                        connection.createStatement(SampleSettings.SET_TENANT).bind(0, SampleSettings.TENANT)));
    }

    private static Mono<Void> executed(Statement statement) {
        return Flux.from(statement.execute()).flatMap(Result::getRowsUpdated).then();
    }

    static Mono<Long> balance(Connection connection, int id) {
        return Flux.from(connection.createStatement(Contender.READ).bind(0, id).execute())
                .flatMap(result -> result.map(row -> row.get(0, Long.class)))
                .single();
    }

    static Mono<Long> rowsUpdated(Statement statement) {
        return Flux.from(statement.execute()).flatMap(Result::getRowsUpdated).single();
    }

    @Override
    public void close() {
        pool.disposeLater().block(Duration.ofMinutes(1));
    }
}
