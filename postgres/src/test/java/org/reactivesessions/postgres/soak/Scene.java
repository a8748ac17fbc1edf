package org.reactivesessions.postgres.soak;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.postgres.CommitMarkerSchema;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.resilience.ResilienceOptions;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TimeLimits;

/** A server, a proxy in front of it, and the sessions that go through it. Thread-safe. */
final class Scene implements AutoCloseable {

    static final int POOL = 8;
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String APPLICATION = "soak";
    private static final Map<String, String> SERVER = Map.of(
            "max_wal_size", "256MB",
            "autovacuum_naptime", "10s",
            "log_min_messages", "panic");

    private final EmbeddedServer server;
    private final TestDatabase database;
    private final FaultProxy proxy;
    private final ReactiveSessions sessions;
    private final Map<TransactionOutcome, AtomicLong> outcomes = new ConcurrentHashMap<>();
    private final Map<String, AtomicLong> committed = new ConcurrentHashMap<>();

    private Scene(EmbeddedServer server) throws SQLException {
        this.server = server;
        this.database = server.freshDatabase();
        run(CommitMarkerSchema.ddl());
        Ledger.create(database);
        this.proxy = FaultProxy.start(server.host(), server.port());
        this.sessions = PostgresSessions.builder()
                .url(database.r2dbcUrl(proxy.host(), proxy.port()))
                .applicationName(APPLICATION)
                .pool(PoolOptions.defaults()
                        .size(POOL / 2, POOL / 2)
                        .createTimeout(Duration.ofSeconds(1))
                        .acquireTimeout(Duration.ofSeconds(3))
                        .validationTimeout(Duration.ofMillis(500)))
                .limits(new TimeLimits(Duration.ofSeconds(1), Duration.ofSeconds(2)))
                .resilience(ResilienceOptions.defaults().circuitWait(Duration.ofMillis(500)))
                .listener(new Heard())
                .build();
    }

    static Scene open() throws SQLException {
        EmbeddedServer server = EmbeddedServer.start(SERVER);
        try {
            return new Scene(server);
        } catch (SQLException | RuntimeException failed) {
            server.close();
            throw failed;
        }
    }

    /** Counts the ends of transactions. */
    private final class Heard implements SessionListener {

        @Override
        public void ended(String name, LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {
            outcomes.computeIfAbsent(outcome, none -> new AtomicLong()).incrementAndGet();
            if (outcome == TransactionOutcome.COMMITTED) {
                committed.computeIfAbsent(name, none -> new AtomicLong()).incrementAndGet();
            }
        }
    }

    EmbeddedServer server() {
        return server;
    }

    TestDatabase database() {
        return database;
    }

    FaultProxy proxy() {
        return proxy;
    }

    ReactiveSessions sessions() {
        return sessions;
    }

    /** How often the listener heard of each outcome. */
    Map<TransactionOutcome, AtomicLong> outcomes() {
        return new TreeMap<>(outcomes);
    }

    /** How many transactions of a name the listener heard to have committed. */
    long committed(String name) {
        AtomicLong count = committed.get(name);
        return count == null ? 0 : count.get();
    }

    /** Runs SQL past the sessions. */
    void run(String sql) throws SQLException {
        try (Connection connection = database.openJdbc();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    String text(String sql) throws SQLException {
        try (Connection connection = database.openJdbc();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    /** A process that serves the sessions, 0 if there is none. */
    int anyBackend() throws SQLException {
        return Integer.parseInt(
                text("SELECT coalesce((SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                        + " AND application_name = '" + APPLICATION + "' ORDER BY random() LIMIT 1), 0)"));
    }

    @Override
    public void close() {
        proxy.close();
        server.close();
    }
}
