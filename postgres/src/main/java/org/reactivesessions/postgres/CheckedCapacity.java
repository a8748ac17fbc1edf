package org.reactivesessions.postgres;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.reactivesessions.pool.PoolOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Opens the connections for health, and asks on the first of them how many connections the server leaves to its user: if all
 * instances together could ask for more, it warns, before a day of load finds it out. Thread-safe.
 */
final class CheckedCapacity implements ConnectionFactory {

    private static final Logger log = LoggerFactory.getLogger(CheckedCapacity.class);

    /** A role and a database may be limited besides, where -1 is no limit. */
    private static final String LIMIT = """
            SELECT least(
                pg_catalog.current_setting('max_connections')::pg_catalog.int4
                    OPERATOR(pg_catalog.-) pg_catalog.current_setting('superuser_reserved_connections')::pg_catalog.int4
                    OPERATOR(pg_catalog.-) coalesce(pg_catalog.current_setting('reserved_connections', true)::pg_catalog.int4, 0),
                (SELECT CASE WHEN rolconnlimit OPERATOR(pg_catalog.>=) 0 THEN rolconnlimit END
                    FROM pg_catalog.pg_roles WHERE rolname OPERATOR(pg_catalog.=) session_user),
                (SELECT CASE WHEN datconnlimit OPERATOR(pg_catalog.>=) 0 THEN datconnlimit END
                    FROM pg_catalog.pg_database WHERE datname OPERATOR(pg_catalog.=) pg_catalog.current_database()))""";

    private final ConnectionFactory driver;
    private final PoolOptions pool;
    private final BooleanSupplier throughPooler;
    private final AtomicBoolean checked = new AtomicBoolean();

    /** @param throughPooler whether connections end at a pooler, of which the server's limit says nothing */
    CheckedCapacity(ConnectionFactory driver, PoolOptions pool, BooleanSupplier throughPooler) {
        this.driver = driver;
        this.pool = pool;
        this.throughPooler = throughPooler;
    }

    @Override
    public Mono<? extends Connection> create() {
        return Mono.defer(() -> Mono.<Connection>fromDirect(driver.create())).doOnNext(opened -> {
            if (!throughPooler.getAsBoolean() && checked.compareAndSet(false, true)) {
                check(opened);
            }
        });
    }

    /**
     * Not to know it is no reason to be without a connection. Nobody waits for the answer: whoever has the connection asks behind
     * it, in the same flight, and it is his to close all the time.
     */
    private void check(Connection opened) {
        Flux.defer(() -> opened.createStatement(LIMIT).execute())
                .concatMap(result -> result.map(row -> row.get(0, Integer.class)))
                .doOnNext(this::compare)
                .onErrorComplete(error -> {
                    log.debug("The server could not say how many connections it takes", error);
                    return true;
                })
                .subscribe();
    }

    private void compare(int limit) {
        long each = pool.maxSize() + 1L;
        long sum = each * pool.instances();
        if (sum > limit) {
            log.warn(
                    "{} could ask for more connections than the server leaves to this user: {} x ({} + {} + 1 for health) ="
                            + " {} of {}. Lower pool-size or max-overflow, or raise the limit of server, database or role.",
                    pool.instances() == 1 ? "One instance" : "The instances together",
                    pool.instances(),
                    pool.coreSize(),
                    pool.maxSize() - pool.coreSize(),
                    sum,
                    limit);
        }
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return driver.getMetadata();
    }
}
