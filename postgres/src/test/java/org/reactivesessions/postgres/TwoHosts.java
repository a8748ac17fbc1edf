package org.reactivesessions.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.BooleanSupplier;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.postgres.hygiene.Secrets;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.server.EmbeddedCluster;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Mono;

/** A database of a cluster, each of whose servers is behind a proxy of its own. */
final class TwoHosts implements AutoCloseable {

    private final EmbeddedCluster cluster;
    private final TestDatabase database;
    private final FaultProxy toPrimary;
    private final FaultProxy toStandby;

    TwoHosts(EmbeddedCluster cluster) {
        this.cluster = cluster;
        this.database = cluster.primary().freshDatabase();
        Secrets.know(database.password());
        cluster.awaitReplay();
        this.toPrimary = before(cluster.primary());
        this.toStandby = before(cluster.standby());
    }

    private static FaultProxy before(EmbeddedServer server) {
        return FaultProxy.start(server.host(), server.port());
    }

    /** The way to the server that was the primary when this was made. */
    FaultProxy toPrimary() {
        return toPrimary;
    }

    /** The way to the server that was the standby when this was made. */
    FaultProxy toStandby() {
        return toStandby;
    }

    TestDatabase database() {
        return database;
    }

    static String address(FaultProxy proxy) {
        return proxy.host() + ":" + proxy.port();
    }

    /** For these hosts, the first of which is tried first. */
    PostgresSessions.Builder builder(FaultProxy... hosts) {
        String[] addresses = new String[hosts.length];
        for (int i = 0; i < hosts.length; i++) {
            addresses[i] = address(hosts[i]);
        }
        return PostgresSessions.builder()
                .hosts(addresses)
                .database(database.database())
                .username(database.username())
                .password(database.password())
                .pool(ServerFixture.roomyPool(2));
    }

    /** Both, and the standby first. */
    PostgresSessions.Builder builder() {
        return builder(toStandby, toPrimary);
    }

    /** Whether a read-only transaction has come to a standby. */
    static Mono<Boolean> reachesStandby(ReactiveSessions sessions) {
        return sessions.withTransaction(
                TransactionOptions.defaults().readOnly(),
                session -> session.sql("SELECT pg_is_in_recovery()").one(row -> row.get(0, Boolean.class)));
    }

    static long number(EmbeddedServer server, TestDatabase database, String sql) {
        try (Connection oracle = server.copyOf(database).openJdbc();
                Statement statement = oracle.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException failed) {
            throw new IllegalStateException(sql, failed);
        }
    }

    /** Runs SQL on the primary. */
    void run(String sql) {
        try (Connection oracle = cluster.primary().copyOf(database).openJdbc();
                Statement statement = oracle.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException(sql, failed);
        }
    }

    /** How many sessions of others than the test itself a server has for the database. */
    long sessionsOn(EmbeddedServer server) {
        return number(
                server,
                database,
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                        + " AND application_name NOT LIKE 'reactive-sessions-testkit%'");
    }

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + ServerFixture.PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError(what);
            }
            ServerFixture.pause();
        }
    }

    @Override
    public void close() {
        toPrimary.close();
        toStandby.close();
    }
}
