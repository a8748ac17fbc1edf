package org.reactivesessions.postgres.matrix;

import org.reactivesessions.postgres.AdvisoryLock;
import org.reactivesessions.postgres.ServerFixture;

/** Lets code on the server wait until a test lets it go, by an advisory lock that the test holds past the sessions. */
final class ServerLatch implements AutoCloseable {

    private static final int KEY = 4711;

    private final ServerFixture fixture;
    private final AdvisoryLock lock;

    private ServerLatch(ServerFixture fixture, AdvisoryLock lock) {
        this.fixture = fixture;
        this.lock = lock;
    }

    /** A closed latch. */
    static ServerLatch close(ServerFixture fixture) {
        return new ServerLatch(fixture, AdvisoryLock.take(fixture.database(), KEY));
    }

    /** Statements of PL/pgSQL that wait for it, out of reach of {@code lock_timeout}, and keep nothing beyond a transaction. */
    String waiting() {
        return "WHILE NOT pg_try_advisory_xact_lock_shared(" + KEY + ") LOOP PERFORM pg_sleep(0.005); END LOOP";
    }

    /** Blocks until a COMMIT waits for it. */
    void awaitCommit() {
        String waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND state = 'active' AND query LIKE 'COMMIT%' AND wait_event = 'PgSleep'";
        Patience.until("no COMMIT waits for the latch", () -> fixture.number(waiting) > 0);
    }

    /** Lets go whoever waits for it. */
    void open() {
        lock.release();
    }

    /** Opens it for good; after a crash of the server it is open already. */
    @Override
    public void close() {
        lock.close();
    }
}
