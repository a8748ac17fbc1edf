package org.reactivesessions.postgres.cancelrun;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivesessions.postgres.PostgresDialect;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Mono;

/** The driver's factory, which counts the connections it opened. Thread-safe. */
final class Connections implements ConnectionFactory {

    private final TestDatabase database;
    private final PostgresqlConnectionFactory driver;
    private final AtomicInteger opened;

    Connections(TestDatabase database) {
        this(database, Map.of(), new AtomicInteger());
    }

    private Connections(TestDatabase database, Map<String, String> startup, AtomicInteger opened) {
        this.database = database;
        this.opened = opened;
        this.driver = new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                .host(database.host())
                .port(database.port())
                .database(database.database())
                .username(database.username())
                .password(database.password())
                .options(startup)
                .build());
    }

    /** Connections that refuse writes outside transactions, so that BEGIN need not be awaited; counted together. */
    Connections guarded() {
        return new Connections(database, PostgresDialect.GUARD_PARAMETERS, opened);
    }

    @Override
    public Mono<PostgresqlConnection> create() {
        return driver.create().doOnNext(connection -> opened.incrementAndGet());
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return driver.getMetadata();
    }

    /** How many connections were opened. */
    int opened() {
        return opened.get();
    }
}
