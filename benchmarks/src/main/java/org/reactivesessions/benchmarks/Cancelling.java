package org.reactivesessions.benchmarks;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Readable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.postgres.PostgresSessions;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A query nobody wants more of than the first row, and one that comes after it, on a pool of one.
 *
 * @param first ends when the first row is there and the rest is cancelled
 * @param after ends when the next caller has been served
 * @param end closes the pool
 */
record Cancelling(Runnable first, Runnable after, Runnable end) implements AutoCloseable {

    private static final String MANY = "SELECT number FROM generate_series(1, 10000000) number";
    private static final String ONE = "SELECT 1";
    private static final int FETCH_SIZE = 256;

    static Cancelling of(Entrant entrant, Endpoint endpoint) {
        return switch (entrant) {
            case OURS -> ours(endpoint, false);
            case OURS_UNGUARDED -> ours(endpoint, true);
            case BYHAND -> byHand(endpoint);
            case SPRING -> spring(endpoint);
            case JDBC -> jdbc(endpoint);
            case VERTX, JDBC_VT -> throw new IllegalArgumentException(entrant + " cancels nothing here");
        };
    }

    void firstRow() {
        first.run();
    }

    void next() {
        after.run();
    }

    private static Cancelling reactive(Flux<Integer> many, Flux<Integer> one, Runnable end) {
        Mono<Integer> first = many.next();
        Mono<Integer> after = one.next();
        return new Cancelling(() -> first.block(Load.PATIENCE), () -> after.block(Load.PATIENCE), end);
    }

    private static Cancelling ours(Endpoint endpoint, boolean autocommitWrites) {
        ReactiveSessions sessions = PostgresSessions.builder()
                .url(endpoint.r2dbcUrl())
                .pool(Ours.POOL_OPTIONS.maxSize(1))
                .autocommitWrites(autocommitWrites)
                .build();
        return reactive(
                sessions.withTransactionMany(session -> session.sql(MANY).all(Cancelling::value)),
                sessions.withSession(session -> session.sql(ONE).one(Cancelling::value))
                        .flux(),
                () -> sessions.close().block(Load.PATIENCE));
    }

    private static Cancelling byHand(Endpoint endpoint) {
        ConnectionPool pool = UsingWhen.pool(endpoint, 1);
        return reactive(
                Flux.usingWhen(
                        pool.create(),
                        connection -> Mono.from(connection.beginTransaction()).thenMany(values(connection, MANY)),
                        connection -> Mono.from(connection.commitTransaction()).then(Mono.from(connection.close())),
                        (connection, error) ->
                                Mono.from(connection.rollbackTransaction()).then(Mono.from(connection.close())),
                        connection ->
                                Mono.from(connection.rollbackTransaction()).then(Mono.from(connection.close()))),
                Flux.usingWhen(pool.create(), connection -> values(connection, ONE), Connection::close),
                () -> pool.disposeLater().block(Load.PATIENCE));
    }

    private static Flux<Integer> values(Connection connection, String sql) {
        return Flux.from(connection.createStatement(sql).execute()).flatMap(result -> result.map(Cancelling::value));
    }

    private static Cancelling spring(Endpoint endpoint) {
        SpringScope scope = new SpringScope(endpoint, 1);
        TransactionalOperator operator = scope.operator(TransactionDefinition.withDefaults());
        return reactive(
                operator.transactional(
                        scope.client().sql(MANY).map(Cancelling::value).all()),
                scope.client().sql(ONE).map(Cancelling::value).all(),
                scope::close);
    }

    /** With a fetch size, because it would read all of them otherwise. Closing the result leaves nothing to cancel. */
    private static Cancelling jdbc(Endpoint endpoint) {
        JdbcScope scope = new JdbcScope(endpoint, 1);
        return new Cancelling(
                () -> scope.inTransaction(connection -> {
                    try (Statement statement = connection.createStatement()) {
                        statement.setFetchSize(FETCH_SIZE);
                        return first(statement, MANY);
                    }
                }),
                () -> scope.onConnection(connection -> {
                    try (Statement statement = connection.createStatement()) {
                        return first(statement, ONE);
                    }
                }),
                scope::close);
    }

    private static int first(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getInt(1);
        }
    }

    private static Integer value(Readable row) {
        return Objects.requireNonNull(row.get(0, Integer.class));
    }

    @Override
    public void close() {
        end.run();
    }
}
