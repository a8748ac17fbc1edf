package org.reactivesessions.benchmarks;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.SqlResult;
import io.vertx.sqlclient.Tuple;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/** The transactions with the Vert.x client. Callers live in verticles, so nothing is converted and no thread is foreign. */
final class VertxClient implements Contender, Transactions<Future<Long>> {

    private final VertxScope scope;

    VertxClient(Endpoint endpoint) {
        this.scope = new VertxScope(endpoint, POOL);
    }

    @Override
    public Future<Long> read1(int id) {
        return scope.pool().withTransaction(connection -> balance(connection, id));
    }

    @Override
    public Future<Long> write3(int id) {
        return scope.pool()
                .withTransaction(connection -> connection
                        .preparedQuery(DEBIT)
                        .execute(Tuple.of(id))
                        .compose(debited -> balance(connection, id))
                        .compose(balance -> connection.preparedQuery(NOTE).execute(Tuple.of(id, balance)))
                        .map(VertxClient::rowCount));
    }

    static Future<Long> balance(SqlConnection connection, int id) {
        return connection
                .preparedQuery(READ)
                .execute(Tuple.of(id))
                .map(rows -> rows.iterator().next().getLong(0));
    }

    private static long rowCount(SqlResult<?> result) {
        return result.rowCount();
    }

    @Override
    public long once(Workload workload, int id) {
        return VertxScope.await(workload.of(this, id));
    }

    @Override
    public void run(Workload workload, Load load) {
        CompletableFuture<?>[] stopped = IntStream.range(0, load.callers())
                .mapToObj(number -> new CompletableFuture<Void>())
                .toArray(CompletableFuture<?>[]::new);
        load.begin();
        for (int number = 0; number < load.callers(); number++) {
            Load.Caller caller = load.caller(number);
            CompletableFuture<?> end = stopped[number];
            scope.verticle(number).runOnContext(nothing -> goOn(workload, caller, end));
        }
        try {
            CompletableFuture.allOf(stopped).get(load.patience().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted before the last caller had stopped", interrupted);
        } catch (ExecutionException failed) {
            throw new IllegalStateException("a transaction failed: " + failed.getCause(), failed.getCause());
        } catch (TimeoutException late) {
            throw new IllegalStateException("a caller has not stopped within " + load.patience(), late);
        }
    }

    private void goOn(Workload workload, Load.Caller caller, CompletableFuture<?> end) {
        workload.of(this, caller.account())
                .onComplete(
                        value -> {
                            caller.done();
                            if (caller.goesOn()) {
                                goOn(workload, caller, end);
                            } else {
                                end.complete(null);
                            }
                        },
                        end::completeExceptionally);
    }

    @Override
    public void close() {
        scope.close();
    }
}
