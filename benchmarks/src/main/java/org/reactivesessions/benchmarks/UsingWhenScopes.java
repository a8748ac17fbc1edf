package org.reactivesessions.benchmarks;

import io.r2dbc.postgresql.api.PostgresTransactionDefinition;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.TransactionDefinition;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The scopes as a textbook writes them, see {@link UsingWhen}. */
final class UsingWhenScopes implements CountedScopes {

    private final UsingWhen scope;

    UsingWhenScopes(Endpoint endpoint) {
        this.scope = new UsingWhen(endpoint, 1);
    }

    @Override
    public Optional<Runnable> of(CountedScope counted) {
        Mono<Long> mono = scope(counted);
        return Optional.of(() -> mono.block(Load.PATIENCE));
    }

    private Mono<Long> scope(CountedScope counted) {
        return switch (counted) {
            case WRITE_1, WRITE_3 -> scope.inTransaction(connection -> inserts(connection, counted.statements()));
            case SETTINGS_1, SETTINGS_3 ->
                scope.inTransaction(
                        connection -> connection.beginTransaction(
                                PostgresTransactionDefinition.from(IsolationLevel.REPEATABLE_READ)),
                        connection -> settings(connection).then(inserts(connection, counted.statements())));
            case NESTED ->
                scope.inTransaction(connection -> inserts(connection, 1)
                        .then(Mono.from(connection.createSavepoint("part")))
                        .then(inserts(connection, 1))
                        .flatMap(rows ->
                                Mono.from(connection.releaseSavepoint("part")).thenReturn(rows)));
            case READ_ONLY ->
                scope.inTransaction(
                        connection -> connection.beginTransaction(readOnly()),
                        connection -> UsingWhen.balance(connection, 1));
            case READ -> scope.onConnection(connection -> UsingWhen.balance(connection, 1));
        };
    }

    private static TransactionDefinition readOnly() {
        return PostgresTransactionDefinition.from(IsolationLevel.READ_COMMITTED).readOnly();
    }

    /** Sends the {@link SampleSettings} that BEGIN cannot carry. */
    static Mono<Void> settings(Connection connection) {
        return executed(connection.createStatement(SampleSettings.SET_STATEMENT_TIMEOUT))
                .then(executed(connection.createStatement(SampleSettings.SET_LOCK_TIMEOUT)))
                .then(executed(
                        connection.createStatement(SampleSettings.SET_TENANT).bind(0, SampleSettings.TENANT)));
    }

    private static Mono<Void> executed(Statement statement) {
        return Flux.from(statement.execute()).flatMap(Result::getRowsUpdated).then();
    }

    private static Mono<Long> inserts(Connection connection, int number) {
        return Flux.range(0, number)
                .concatMap(id ->
                        UsingWhen.rowsUpdated(connection.createStatement(INSERT).bind(0, id)))
                .reduce(Long::sum);
    }

    @Override
    public void close() {
        scope.close();
    }
}
