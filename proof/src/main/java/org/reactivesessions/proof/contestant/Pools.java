package org.reactivesessions.proof.contestant;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.pool.PoolMetrics;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.Optional;
import org.reactivesessions.proof.journal.Told;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;
import reactor.util.retry.RetrySpec;

/** What those on r2dbc-pool have in common. Stateless. */
final class Pools {

    private static final Duration LIFE = Duration.ofMinutes(30);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String SERIALIZATION_FAILURE = "40001";

    private Pools() {}

    /** A pool as careful as its settings allow. */
    static ConnectionPool open(Target target, int size) {
        PostgresqlConnectionFactory driver = new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                .host(target.host())
                .port(target.port())
                .database(target.database())
                .username(target.username())
                .password(target.password())
                .lockWaitTimeout(Limits.LOCK)
                .build());
        return new ConnectionPool(ConnectionPoolConfiguration.builder(driver)
                .initialSize(0)
                .maxSize(size)
                .maxAcquireTime(Limits.WHOLE)
                .maxCreateConnectionTime(Duration.ofSeconds(2))
                .maxValidationTime(Duration.ofMillis(500))
                .validationQuery("SELECT 1")
                .maxLifeTime(LIFE)
                .build());
    }

    /** The textbook's retry of a whole transaction. */
    static RetrySpec retry() {
        return Retry.max(9).filter(Pools::isSerializationFailure);
    }

    /** An error may be the cause of the one that is seen. */
    private static boolean isSerializationFailure(Throwable error) {
        for (Throwable each = error; each != null; each = each.getCause()) {
            if (each instanceof R2dbcException known && SERIALIZATION_FAILURE.equals(known.getSqlState())) {
                return true;
            }
        }
        return false;
    }

    /** What a caller makes of an error where nobody tells more: it has failed. */
    static Verdict failed(Throwable error) {
        return Verdict.of(Told.ROLLED_BACK, String.valueOf(error));
    }

    static Flux<String> onEachConnection(ConnectionPool pool, int size, String sql) {
        return Flux.range(0, size)
                .flatMap(
                        each -> Mono.usingWhen(
                                pool.create(),
                                connection -> Flux.from(
                                                connection.createStatement(sql).execute())
                                        .flatMap(result ->
                                                result.map((row, metadata) -> String.valueOf(row.get(0, String.class))))
                                        .last(),
                                Connection::close),
                        size);
    }

    static Contestant.Holding holding(ConnectionPool pool) {
        Optional<PoolMetrics> metrics = pool.getMetrics();
        return metrics.map(known ->
                        new Contestant.Holding(known.acquiredSize(), known.pendingAcquireSize(), known.allocatedSize()))
                .orElseThrow();
    }

    static void close(ConnectionPool pool) {
        pool.disposeLater().block(PATIENCE);
    }
}
