package org.reactivesessions.micrometer;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TimeLimits;

/** A database behind a proxy that can hold its answers back. */
final class Server implements AutoCloseable {

    /** Longer than anything takes that works. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    static final FrameMatch BEGIN_ANSWER = FrameMatch.fromServer('C').answering("^BEGIN");
    static final FrameMatch COMMIT = FrameMatch.fromClient('Q').sql("^COMMIT");
    static final FrameMatch COMMIT_ANSWER = FrameMatch.fromServer('C').answering("^COMMIT");
    static final FrameMatch ROLLBACK_ANSWER = FrameMatch.fromServer('C').answering("^ROLLBACK");
    static final FrameMatch INSERT_ANSWER = FrameMatch.fromServer('Z').answering("^INSERT");

    private final TestDatabase database;
    private final FaultProxy proxy;

    Server(TestDatabase database) {
        this.database = database;
        this.proxy = FaultProxy.start(database.host(), database.port());
        run("CREATE TABLE IF NOT EXISTS item (id int PRIMARY KEY)");
        run("TRUNCATE item");
    }

    FaultProxy proxy() {
        return proxy;
    }

    /** The address of the proxy. */
    String url() {
        return database.r2dbcUrl(proxy.host(), proxy.port());
    }

    /** Sessions whose connections go through the proxy, patient with a busy machine. */
    PostgresSessions.Builder sessions(int connections) {
        return PostgresSessions.builder()
                .url(url())
                .limits(new TimeLimits(PATIENCE, PATIENCE))
                .pool(pool(connections));
    }

    static PoolOptions pool(int connections) {
        return PoolOptions.defaults()
                .maxSize(connections)
                .acquireTimeout(PATIENCE)
                .createTimeout(PATIENCE)
                .aliveWindow(PATIENCE);
    }

    /** Runs SQL past the proxy. */
    void run(String sql) {
        try (Connection direct = database.openJdbc();
                Statement statement = direct.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException(sql, failed);
        }
    }

    static void close(ReactiveSessions sessions) {
        sessions.quiesced().block(PATIENCE);
        sessions.close().block(PATIENCE);
    }

    @Override
    public void close() {
        proxy.close();
    }
}
