package org.reactivesessions.benchmarks;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.SqlResult;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/** The transactions with the Vert.x client. Callers live in verticles, so nothing is converted and no thread is foreign. */
final class VertxClient implements Contender, Transactions<Future<Long>> {

    private final VertxScope scope;
    private final Terms terms;
    private final AtomicInteger arrived = new AtomicInteger();

    VertxClient(Endpoint endpoint) {
        this(endpoint, Terms.PLAIN);
    }

    VertxClient(Endpoint endpoint, Terms terms) {
        this.scope = new VertxScope(endpoint, POOL);
        this.terms = terms;
    }

    @Override
    public Future<Long> read1(int id) {
        return inTransaction(connection -> balance(connection, id));
    }

    @Override
    public Future<Long> write3(int id) {
        return inTransaction(connection -> connection
                .preparedQuery(DEBIT)
                .execute(Tuple.of(id))
                .compose(debited -> balance(connection, id))
                .compose(balance -> connection.preparedQuery(NOTE).execute(Tuple.of(id, balance)))
                .map(VertxClient::rowCount));
    }

    private Future<Long> inTransaction(Function<SqlConnection, Future<Long>> work) {
        return scope.pool()
                .withTransaction(
                        terms == Terms.PLAIN
                                ? work
                                : connection ->
                                        VertxScopes.settings(connection).compose(set -> work.apply(connection)));
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
    public void start(Workload workload, int id, Consumer<Optional<Throwable>> ended) {
        scope.verticle(Math.floorMod(arrived.getAndIncrement(), Integer.MAX_VALUE))
                .runOnContext(nothing -> workload.of(this, id)
                        .onComplete(
                                value -> ended.accept(Optional.empty()), error -> ended.accept(Optional.of(error))));
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
