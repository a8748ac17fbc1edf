package org.reactivesessions.benchmarks;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.sqlclient.PreparedStatement;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.RowStream;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.function.LongConsumer;

/** Rows with the Vert.x client: a set of all of them, or a stream with a cursor. The reader is on the event loop. */
final class VertxRows implements RowReader {

    private final VertxScope scope;

    VertxRows(Endpoint endpoint) {
        this.scope = new VertxScope(endpoint, 1);
    }

    @Override
    public void read(int rows, int fetchSize, LongConsumer reader) {
        VertxScope.await(scope.pool()
                .withTransaction(connection -> fetchSize == ALL_AT_ONCE
                        ? atOnce(connection, rows, reader)
                        : streamed(connection, rows, fetchSize, reader)));
    }

    private static Future<Void> atOnce(SqlConnection connection, int rows, LongConsumer reader) {
        return connection.preparedQuery(ROWS).execute(Tuple.of(rows)).map(set -> {
            all(set, reader);
            return null;
        });
    }

    private static void all(RowSet<Row> set, LongConsumer reader) {
        set.forEach(row -> reader.accept(row.getLong(0)));
    }

    private static Future<Void> streamed(SqlConnection connection, int rows, int fetchSize, LongConsumer reader) {
        return connection.prepare(ROWS).compose(prepared -> streamed(prepared, rows, fetchSize, reader));
    }

    private static Future<Void> streamed(PreparedStatement prepared, int rows, int fetchSize, LongConsumer reader) {
        Promise<Void> ended = Promise.promise();
        RowStream<Row> stream = prepared.createStream(fetchSize, Tuple.of(rows));
        stream.exceptionHandler(ended::tryFail);
        stream.endHandler(nothing -> ended.tryComplete());
        stream.handler(row -> reader.accept(row.getLong(0)));
        return ended.future().eventually(prepared::close);
    }

    @Override
    public void close() {
        scope.close();
    }
}
