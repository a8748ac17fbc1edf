package org.reactivesessions.postgres.cancelrun;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Statements over a plain R2DBC connection. */
final class ConnectionStatements implements Statements {

    private final Connection connection;

    ConnectionStatements(Connection connection) {
        this.connection = connection;
    }

    @Override
    public Mono<Long> insert(Plan.Form form, int transaction, int part) {
        return switch (form) {
            case PARAMETERISED, PARAMETERISED_ON_CONNECTION -> rowsUpdated(bound(PARAMETERISED, transaction, part));
            case PLAIN, PLAIN_ON_CONNECTION ->
                rowsUpdated(connection.createStatement(Statements.plain(transaction, part)));
            case RETURNING -> row(bound(RETURNING, transaction, part));
        };
    }

    @Override
    public Mono<Long> insertBoth(int transaction) {
        return rowsUpdated(
                bound(PARAMETERISED, transaction, 1).add().bind(0, transaction).bind(1, 2));
    }

    @Override
    public Mono<Long> query(int transaction) {
        return row(connection.createStatement(QUERY).bind(0, transaction));
    }

    private Statement bound(String sql, int transaction, int part) {
        return connection.createStatement(sql).bind(0, transaction).bind(1, part);
    }

    private static Mono<Long> rowsUpdated(Statement statement) {
        return Flux.from(statement.execute()).concatMap(Result::getRowsUpdated).reduce(0L, Long::sum);
    }

    private static Mono<Long> row(Statement statement) {
        return Flux.from(statement.execute())
                .concatMap(result -> result.map(Statements::one))
                .single();
    }
}
