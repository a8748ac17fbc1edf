package org.reactivesessions.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.reactivesessions.testkit.server.TestDatabase;

/** An advisory lock held past the sessions, so that a statement of theirs waits exactly as long as a test wants. */
public final class AdvisoryLock implements AutoCloseable {

    private static final String TEN_TIMES_THE_GRACE = "SELECT pg_sleep(0.1)";

    private final Connection holder;
    private final long key;

    private AdvisoryLock(Connection holder, long key) {
        this.holder = holder;
        this.key = key;
    }

    /** Takes it, on a connection of its own. */
    public static AdvisoryLock take(TestDatabase database, long key) {
        try {
            AdvisoryLock lock = new AdvisoryLock(database.openJdbc(), key);
            lock.execute("SELECT pg_advisory_lock(" + key + ")");
            return lock;
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Lets it go some time after an event, time enough for a request to cancel that must not come. */
    void release(Runnable event) {
        event.run();
        execute(TEN_TIMES_THE_GRACE);
        release();
    }

    /** Lets it go. */
    public void release() {
        execute("SELECT pg_advisory_unlock(" + key + ")");
    }

    private void execute(String sql) {
        try (Statement statement = holder.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException(sql, failed);
        }
    }

    @Override
    public void close() {
        try {
            holder.close();
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
