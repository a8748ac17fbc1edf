package org.reactivesessions.benchmarks;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.time.Duration;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The transactions as a textbook writes them: {@link Mono#usingWhen} on r2dbc-pool. It is not safe under cancel, which is
 * why there is a library, but nobody cancels here.
 */
final class ByHand implements Contender {

    private static final int STATEMENT_CACHE = 256;

    private final ConnectionPool pool;

    ByHand(String host, int port, String database, String username, CharSequence password) {
        PostgresqlConnectionFactory driver = new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                .host(host)
                .port(port)
                .database(database)
                .username(username)
                .password(password)
                .preparedStatementCacheQueries(STATEMENT_CACHE)
                .tcpKeepAlive(true)
                .build());
        this.pool = new ConnectionPool(ConnectionPoolConfiguration.builder(driver)
                .initialSize(0)
                .maxSize(POOL)
                .build());
    }

    @Override
    public String name() {
        return "byhand";
    }

    @Override
    public Mono<Long> read1(int id) {
        return inTransaction(connection -> balance(connection, id));
    }

    @Override
    public Mono<Long> write3(int id) {
        return inTransaction(connection -> rowsUpdated(
                        connection.createStatement(DEBIT).bind(0, id))
                .then(balance(connection, id))
                .flatMap(balance ->
                        rowsUpdated(connection.createStatement(NOTE).bind(0, id).bind(1, balance))));
    }

    private <T> Mono<T> inTransaction(Function<Connection, Mono<T>> work) {
        return Mono.usingWhen(
                pool.create(),
                connection -> Mono.from(connection.beginTransaction()).then(work.apply(connection)),
                connection -> Mono.from(connection.commitTransaction()).then(Mono.from(connection.close())),
                (connection, error) ->
                        Mono.from(connection.rollbackTransaction()).then(Mono.from(connection.close())),
                connection -> Mono.from(connection.rollbackTransaction()).then(Mono.from(connection.close())));
    }

    private static Mono<Long> balance(Connection connection, int id) {
        return Flux.from(connection.createStatement(READ).bind(0, id).execute())
                .flatMap(result -> result.map(row -> row.get(0, Long.class)))
                .single();
    }

    private static Mono<Long> rowsUpdated(Statement statement) {
        return Flux.from(statement.execute()).flatMap(Result::getRowsUpdated).single();
    }

    @Override
    public void close() {
        pool.disposeLater().block(Duration.ofMinutes(1));
    }
}
