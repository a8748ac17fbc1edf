package org.reactivesessions.spring;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.ReactiveSessionsBuilder;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.postgres.PostgresDialect;
import org.reactivesessions.testkit.server.TestDatabase;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** An application with a pool of its own, sessions beside it, and a client that knows of the pool only. */
final class Fixture implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TestDatabase database;
    private final ConnectionPool pool;
    private final SpringSessions sessions;
    private final DatabaseClient client;

    private Fixture(TestDatabase database, UnaryOperator<ReactiveSessionsBuilder> settings) {
        this.database = database;
        ConnectionFactory driver = ConnectionFactories.get(database.r2dbcUrl());
        pool = new ConnectionPool(ConnectionPoolConfiguration.builder(driver)
                .initialSize(0)
                .maxSize(3)
                .build());
        ReactiveSessionsBuilder builder = ReactiveSessions.builder(driver)
                .dialect(new PostgresDialect())
                .pool(PoolOptions.defaults().maxSize(3).acquireTimeout(PATIENCE));
        sessions = SpringSessions.of(settings.apply(builder).build(), pool, new PostgresDialect());
        client = DatabaseClient.create(pool);
        run("CREATE TABLE IF NOT EXISTS item (id int PRIMARY KEY)");
        run("TRUNCATE item");
    }

    static Fixture on(TestDatabase database) {
        return new Fixture(database, UnaryOperator.identity());
    }

    static Fixture on(TestDatabase database, UnaryOperator<ReactiveSessionsBuilder> settings) {
        return new Fixture(database, settings);
    }

    /** What the application made for itself. */
    ConnectionPool pool() {
        return pool;
    }

    SpringSessions sessions() {
        return sessions;
    }

    /** By the client, which is Spring's. */
    Mono<Long> insert(int id) {
        return client.sql("INSERT INTO item VALUES ($1)").bind(0, id).fetch().rowsUpdated();
    }

    /** By the client, which is Spring's. */
    Mono<Long> transaction() {
        return client.sql("SELECT txid_current()")
                .map(row -> row.get(0, Long.class))
                .one();
    }

    /** Past everything. */
    void run(String sql) {
        try (Connection jdbc = database.openJdbc();
                Statement statement = jdbc.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException(sql, failed);
        }
    }

    /** Past everything. */
    long read(String sql) {
        try (Connection jdbc = database.openJdbc();
                Statement statement = jdbc.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException failed) {
            throw new IllegalStateException(sql, failed);
        }
    }

    long rows() {
        return read("SELECT count(*) FROM item");
    }

    @Override
    public void close() {
        sessions.quiesced().block(PATIENCE);
        sessions.close().block(PATIENCE);
        pool.disposeLater().block(PATIENCE);
    }
}
