package org.reactivesessions.benchmarks;

import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.reactivesessions.testkit.server.TestDatabase;

/** The Vert.x client and a verticle on each of its event loops. Thread-safe. */
final class VertxScope implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx();
    private final List<Context> verticles = new CopyOnWriteArrayList<>();
    private final Pool pool;

    VertxScope(Endpoint endpoint, int size) {
        TestDatabase database = endpoint.database();
        pool = PgBuilder.pool()
                .connectingTo(new PgConnectOptions()
                        .setHost(endpoint.host())
                        .setPort(endpoint.port())
                        .setDatabase(database.database())
                        .setUser(database.username())
                        .setPassword(database.password())
                        .setCachePreparedStatements(true)
                        .setPreparedStatementCacheMaxSize(Contender.STATEMENT_CACHE))
                .with(new PoolOptions().setMaxSize(size))
                .using(vertx)
                .build();
        await(vertx.deployVerticle(
                () -> new Place(verticles),
                new DeploymentOptions().setInstances(VertxOptions.DEFAULT_EVENT_LOOP_POOL_SIZE)));
    }

    Pool pool() {
        return pool;
    }

    /** Where a caller lives: the callers share the verticles evenly. */
    Context verticle(int caller) {
        return verticles.get(caller % verticles.size());
    }

    /** Waits for a value, on a thread that is none of Vert.x. */
    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage()
                    .toCompletableFuture()
                    .get(Load.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for Vert.x", interrupted);
        } catch (ExecutionException failed) {
            throw new IllegalStateException("Vert.x failed: " + failed.getCause(), failed.getCause());
        } catch (TimeoutException late) {
            throw new IllegalStateException("Vert.x has not answered within " + Load.PATIENCE, late);
        }
    }

    @Override
    public void close() {
        await(pool.close());
        await(vertx.close());
    }

    /** A verticle that only tells where it is. */
    private static final class Place extends VerticleBase {

        private final List<Context> places;

        private Place(List<Context> places) {
            this.places = places;
        }

        @Override
        public Future<?> start() {
            places.add(context);
            return Future.succeededFuture();
        }
    }
}
