package org.reactivesessions.benchmarks;

import io.r2dbc.postgresql.api.PostgresTransactionDefinition;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.IsolationLevel;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The scopes as a textbook writes them, see {@link UsingWhen}. */
final class UsingWhenScopes implements CountedScopes {

    private static final PostgresTransactionDefinition REPEATABLE_READ =
            PostgresTransactionDefinition.from(IsolationLevel.REPEATABLE_READ);
    private static final PostgresTransactionDefinition READ_ONLY =
            PostgresTransactionDefinition.from(IsolationLevel.READ_COMMITTED).readOnly();

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
                        connection -> UsingWhen.beginWithSettings(connection, REPEATABLE_READ),
                        connection -> inserts(connection, counted.statements()));
            case NESTED ->
                scope.inTransaction(connection -> inserts(connection, 1)
                        .then(Mono.from(connection.createSavepoint("part")))
                        .then(inserts(connection, 1))
                        .flatMap(rows ->
                                Mono.from(connection.releaseSavepoint("part")).thenReturn(rows)));
            case READ_ONLY ->
                scope.inTransaction(
                        connection -> connection.beginTransaction(READ_ONLY),
                        connection -> UsingWhen.balance(connection, 1));
            case QUEUED, AWAITED, STARTED_AT, MARKED_3 -> throw CountedScopes.notHere(counted);
            case READ -> scope.onConnection(connection -> UsingWhen.balance(connection, 1));
        };
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
