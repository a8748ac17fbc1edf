package org.reactivesessions.testkit.server;

import java.util.Map;

/**
 * Two embedded servers: a primary, and a standby that streams everything from it. Roles change by {@link #promote} and {@link
 * #switchOver}; the servers and their ports stay.
 *
 * <p><b>Ownership:</b> closed by whoever started it, and by the JVM's end, as an {@link EmbeddedServer} is. <b>Threads:</b>
 * safe for use by several threads; starting, stopping and changing roles exclude each other.
 *
 * @since 0.1.0
 */
public final class PostgresCluster implements AutoCloseable {

    private EmbeddedServer primary;
    private EmbeddedServer standby;

    private PostgresCluster(EmbeddedServer primary, EmbeddedServer standby) {
        this.primary = primary;
        this.standby = standby;
    }

    /**
     * A cluster with the default settings, which takes about three seconds.
     *
     * @return a running cluster, to be closed by the caller
     * @throws IllegalStateException if a server does not start
     */
    public static PostgresCluster start() {
        return start(Map.of());
    }

    /**
     * A cluster with settings.
     *
     * @param settings of both servers by name, as in {@code postgresql.conf}; they win over the defaults
     * @return a running cluster, to be closed by the caller
     * @throws IllegalArgumentException if a name is not that of a setting
     * @throws IllegalStateException if a server does not start
     */
    public static PostgresCluster start(Map<String, String> settings) {
        EmbeddedServer primary = EmbeddedServer.start(settings);
        try {
            return new PostgresCluster(primary, primary.startStandby());
        } catch (RuntimeException e) {
            primary.close();
            throw e;
        }
    }

    /**
     * The server that takes writes, if it runs.
     *
     * @return the primary: the one that was started first, or was promoted last
     */
    public synchronized EmbeddedServer primary() {
        return primary;
    }

    /**
     * The other one.
     *
     * @return the standby, or the primary of before that is stopped or has failed
     */
    public synchronized EmbeddedServer standby() {
        return standby;
    }

    /**
     * Blocks until the standby has replayed everything that was written before this call.
     *
     * @throws IllegalStateException if it has not done so within 30 s, or one of the two cannot be reached
     */
    public synchronized void awaitReplay() {
        primary.awaitReplay(standby);
    }

    /**
     * Makes the standby the primary, whatever has become of the one before: if that still runs there are two servers that take
     * writes, so {@linkplain EmbeddedServer#crash() let it fail} or {@linkplain EmbeddedServer#stop() stop it} first. Returns
     * when writes are taken, after a fraction of a second.
     *
     * @return the new primary
     * @throws IllegalStateException if the standby cannot be reached, or is not promoted within 30 s
     */
    public synchronized EmbeddedServer promote() {
        standby.promote();
        EmbeddedServer before = primary;
        primary = standby;
        standby = before;
        return primary;
    }

    /**
     * Changes the roles in good order: the primary is stopped, which gives the standby all it has, the standby is promoted, and
     * the former primary comes back as its standby.
     *
     * @return the new primary
     * @throws IllegalStateException if a server cannot be reached, does not start, or does not catch up within 30 s
     */
    public synchronized EmbeddedServer switchOver() {
        primary.stop();
        promote();
        standby.restartAsStandbyOf(primary);
        return primary;
    }

    /** Ends both servers and deletes their data; a second call does nothing. */
    @Override
    public synchronized void close() {
        standby.close();
        primary.close();
    }

    @Override
    public synchronized String toString() {
        return "PostgresCluster[primary " + primary + ", standby " + standby + "]";
    }
}
