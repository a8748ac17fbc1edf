package org.reactivesessions.benchmarks;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** The scopes with the Vert.x client, whose BEGIN carries no options. */
final class VertxScopes implements CountedScopes {

    private final VertxScope scope;

    VertxScopes(Endpoint endpoint) {
        this.scope = new VertxScope(endpoint, 1);
    }

    @Override
    public Optional<Runnable> of(CountedScope counted) {
        Supplier<Future<Long>> futures = scope(counted);
        return Optional.of(() -> VertxScope.await(futures.get()));
    }

    private Supplier<Future<Long>> scope(CountedScope counted) {
        return switch (counted) {
            case WRITE_1, WRITE_3 -> inTransaction(connection -> inserts(connection, counted.statements()));
            case SETTINGS_1, SETTINGS_3 ->
                inTransaction(
                        connection -> settings(connection).compose(set -> inserts(connection, counted.statements())));
            case NESTED ->
                inTransaction(connection -> inserts(connection, 1)
                        .compose(rows -> send(connection, "SAVEPOINT part"))
                        .compose(set -> inserts(connection, 1))
                        .compose(rows ->
                                send(connection, "RELEASE SAVEPOINT part").map(rows)));
            case READ_ONLY ->
                inTransaction(connection -> send(connection, "SET TRANSACTION READ ONLY")
                        .compose(set -> VertxClient.balance(connection, 1)));
            case QUEUED, AWAITED, STARTED_AT, MARKED_3 -> throw CountedScopes.notHere(counted);
            case READ -> () -> scope.pool().withConnection(connection -> VertxClient.balance(connection, 1));
        };
    }

    private Supplier<Future<Long>> inTransaction(Function<SqlConnection, Future<Long>> work) {
        return () -> scope.pool().withTransaction(work);
    }

    /** Sends the {@link SampleSettings}. */
    static Future<Void> settings(SqlConnection connection) {
        return send(connection, SampleSettings.SET_ISOLATION)
                .compose(set -> send(connection, SampleSettings.SET_STATEMENT_TIMEOUT))
                .compose(set -> send(connection, SampleSettings.SET_LOCK_TIMEOUT))
                .compose(set ->
                        connection.preparedQuery(SampleSettings.SET_TENANT).execute(Tuple.of(SampleSettings.TENANT)))
                .mapEmpty();
    }

    private static Future<Void> send(SqlConnection connection, String sql) {
        return connection.query(sql).execute().mapEmpty();
    }

    private static Future<Long> inserts(SqlConnection connection, int number) {
        Future<Long> rows = Future.succeededFuture(0L);
        for (int id = 0; id < number; id++) {
            Tuple parameters = Tuple.of(id);
            rows = rows.compose(before ->
                    connection.preparedQuery(INSERT).execute(parameters).map(inserted -> before + inserted.rowCount()));
        }
        return rows;
    }

    @Override
    public void close() {
        scope.close();
    }
}
