package org.reactivesessions.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.pool.PoolStatus;
import org.reactivesessions.testkit.server.TestDatabase;

/** The most connections there were, by the pools and by the server, which are asked 50 times a second from beside. */
final class Peaks implements AutoCloseable {

    private static final long INTERVAL_NANOS = 20_000_000;
    private static final String SESSIONS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            + " AND backend_type = 'client backend' AND pid <> pg_backend_pid()";

    private final Fleet fleet;
    private final TestDatabase database;
    private final Thread thread = new Thread(this::look, "peaks");
    private volatile boolean over;
    private volatile Seen most = new Seen(0, 0, 0, 0);
    private volatile @Nullable SQLException failure;

    /**
     * What was seen, each the most of its own.
     *
     * @param allocated connections of all pools
     * @param overflow of them beyond those that are kept
     * @param pending scopes that waited
     * @param sessions of the server, those for health among them
     */
    record Seen(int allocated, int overflow, int pending, int sessions) {

        Seen max(Seen other) {
            return new Seen(
                    Math.max(allocated, other.allocated),
                    Math.max(overflow, other.overflow),
                    Math.max(pending, other.pending),
                    Math.max(sessions, other.sessions));
        }
    }

    private Peaks(Fleet fleet, TestDatabase database) {
        this.fleet = fleet;
        this.database = database;
    }

    /** Begins to look. */
    static Peaks of(Fleet fleet, TestDatabase database) {
        Peaks peaks = new Peaks(fleet, database);
        peaks.thread.setDaemon(true);
        peaks.thread.start();
        return peaks;
    }

    private void look() {
        try (Connection connection = database.openJdbc();
                PreparedStatement sessions = connection.prepareStatement(SESSIONS)) {
            do {
                most = most.max(new Seen(
                        fleet.sum(PoolStatus::allocated),
                        fleet.sum(PoolStatus::overflow),
                        fleet.sum(PoolStatus::pending),
                        count(sessions)));
                LockSupport.parkNanos(INTERVAL_NANOS);
            } while (!over);
        } catch (SQLException failed) {
            failure = failed;
        }
    }

    private static int count(PreparedStatement sessions) throws SQLException {
        try (ResultSet row = sessions.executeQuery()) {
            row.next();
            return row.getInt(1);
        }
    }

    /** Stops looking. */
    Seen end() throws InterruptedException {
        close();
        thread.join(Load.PATIENCE.toMillis());
        if (failure != null) {
            throw new IllegalStateException("the server could not be asked", failure);
        }
        return most;
    }

    @Override
    public void close() {
        over = true;
    }
}
