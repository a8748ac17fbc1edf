package org.reactivesessions.testkit.server;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Embedded servers of which one is the primary and the others are standbys that stream everything from it. Roles change by {@link
 * #promote} and {@link #switchOver}; the servers and their ports stay.
 *
 * <p><b>Ownership:</b> closed by whoever started it, and by the JVM's end, as an {@link EmbeddedServer} is. <b>Threads:</b>
 * safe for use by several threads; starting, stopping and changing roles exclude each other.
 *
 * @since 0.1.0
 */
public final class EmbeddedCluster implements AutoCloseable {

    /** More than any test needs; each is a server of its own. */
    private static final int MOST_REPLICAS = 8;

    private EmbeddedServer primary;
    private final List<EmbeddedServer> standbys;
    /** Were primaries, and may have what their successor has not. */
    private final Set<EmbeddedServer> replaced = new HashSet<>();

    private EmbeddedCluster(EmbeddedServer primary) {
        this.primary = primary;
        this.standbys = new ArrayList<>();
    }

    /**
     * A primary and one standby with the default settings, which takes about three seconds.
     *
     * @return a running cluster, to be closed by the caller
     * @throws IllegalStateException if a server does not start
     */
    public static EmbeddedCluster start() {
        return start(1);
    }

    /**
     * A primary and standbys with the default settings.
     *
     * @param replicas how many standbys, from 1 to 8; each takes about a second more
     * @return a running cluster, to be closed by the caller
     * @throws IllegalArgumentException if the number is out of range
     * @throws IllegalStateException if a server does not start
     */
    public static EmbeddedCluster start(int replicas) {
        return start(replicas, Map.of());
    }

    /**
     * A primary and one standby with settings.
     *
     * @param settings of both servers by name, as in {@code postgresql.conf}; they win over the defaults
     * @return a running cluster, to be closed by the caller
     * @throws IllegalArgumentException if a name is not that of a setting
     * @throws IllegalStateException if a server does not start
     */
    public static EmbeddedCluster start(Map<String, String> settings) {
        return start(1, settings);
    }

    /**
     * A primary and standbys with settings.
     *
     * @param replicas how many standbys, from 1 to 8
     * @param settings of all servers by name, as in {@code postgresql.conf}; they win over the defaults
     * @return a running cluster, to be closed by the caller
     * @throws IllegalArgumentException if the number is out of range, or a name is not that of a setting
     * @throws IllegalStateException if a server does not start
     */
    public static EmbeddedCluster start(int replicas, Map<String, String> settings) {
        if (replicas < 1 || replicas > MOST_REPLICAS) {
            throw new IllegalArgumentException("replicas must be from 1 to " + MOST_REPLICAS + ", but was " + replicas
                    + ". For a server without a standby take EmbeddedServer");
        }
        EmbeddedCluster cluster = new EmbeddedCluster(EmbeddedServer.start(settings));
        try {
            for (int started = 0; started < replicas; started++) {
                cluster.standbys.add(cluster.primary.startStandby());
            }
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
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
     * The other one, or the first of the others.
     *
     * @return a standby, or the primary of before that is stopped or has failed
     */
    public synchronized EmbeddedServer standby() {
        return standbys.get(0);
    }

    /**
     * All but the primary. Whoever is promoted changes places with the primary of before.
     *
     * @return the standbys at this moment, and what was a primary before and has not been brought back
     */
    public synchronized List<EmbeddedServer> standbys() {
        return List.copyOf(standbys);
    }

    /**
     * Blocks until every standby has replayed everything that was written before this call.
     *
     * @throws IllegalStateException if one has not done so within 30 s, or a server cannot be reached
     */
    public synchronized void awaitReplay() {
        standbys.forEach(primary::awaitReplay);
    }

    /**
     * Lets the standbys receive, but not show, what is written from now on, as standbys that lag. Returns when each of them has
     * paused. Undone by {@link #resumeReplication()}, and for the one that is promoted by {@link #promote()}.
     *
     * @throws IllegalStateException if a standby cannot be reached, or does not pause within 30 s
     */
    public synchronized void pauseReplication() {
        standbys.forEach(EmbeddedServer::pauseReplay);
    }

    /**
     * Lets the standbys catch up; does nothing to those that have not been paused. {@link #awaitReplay()} waits for them.
     *
     * @throws IllegalStateException if a standby cannot be reached
     */
    public synchronized void resumeReplication() {
        standbys.forEach(EmbeddedServer::resumeReplay);
    }

    /**
     * Ends the primary by SIGKILL, as a machine that fails: no session is told. Nobody takes its place by himself: {@link #promote()}
     * makes a standby the primary, {@link #restart()} brings this one back.
     *
     * @throws IllegalStateException if the primary is not running
     */
    public synchronized void kill() {
        primary.crash();
    }

    /**
     * Makes the standby the primary, whatever has become of the one before: if that still runs there are two servers that take
     * writes, so {@link #kill()} it or {@linkplain EmbeddedServer#stop() stop} it first. Of several standbys it is the one that has
     * received most, and the others follow it. Returns when writes are taken, after a fraction of a second.
     *
     * @return the new primary
     * @throws IllegalStateException if a standby cannot be reached, or is not promoted within 30 s
     */
    public synchronized EmbeddedServer promote() {
        EmbeddedServer next = next();
        next.promote();
        EmbeddedServer before = primary;
        primary = next;
        standbys.set(standbys.indexOf(next), before);
        replaced.add(before);
        replaced.remove(next);
        followers().forEach(follower -> follower.follow(next));
        return next;
    }

    /** None of several receives more while they are compared, or it could have what the primary to be has not. */
    private EmbeddedServer next() {
        List<EmbeddedServer> candidates = followers();
        if (candidates.isEmpty()) {
            throw new IllegalStateException("no standby follows the primary " + primary + ". Call restart() first");
        }
        if (candidates.size() == 1) {
            return candidates.get(0);
        }
        candidates.forEach(EmbeddedServer::cutOff);
        EmbeddedServer furthest = candidates.get(0);
        for (EmbeddedServer candidate : candidates) {
            furthest = candidate.received() > furthest.received() ? candidate : furthest;
        }
        return furthest;
    }

    private List<EmbeddedServer> followers() {
        return standbys.stream()
                .filter(standby -> !replaced.contains(standby) && standby.isRunning())
                .toList();
    }

    /**
     * Changes the roles in good order: the primary is stopped, which gives the standbys all it has, one is promoted, and the former
     * primary comes back as its standby.
     *
     * @return the new primary
     * @throws IllegalStateException if a server cannot be reached, does not start, or does not catch up within 30 s
     */
    public synchronized EmbeddedServer switchOver() {
        EmbeddedServer before = primary;
        before.stop();
        promote();
        before.restartAsStandbyOf(primary);
        replaced.remove(before);
        return primary;
    }

    /**
     * Makes the cluster whole, with the primary it has now: brings back who does not run, lets go on who is frozen, paused or cut off,
     * and makes a standby of a primary of before, with a new copy of the present primary's data, for which it is stopped if it runs.
     * Who runs and has its role is left alone. Returns when all standbys have caught up.
     *
     * @throws IllegalStateException if a server does not start, or a standby does not catch up within 30 s
     */
    public synchronized void restart() {
        bringBack(primary);
        for (EmbeddedServer standby : standbys) {
            if (replaced.contains(standby)) {
                standby.restartAsCopyOf(primary);
                replaced.remove(standby);
            } else {
                bringBack(standby);
                standby.follow(primary);
                standby.resumeReplay();
            }
        }
        awaitReplay();
    }

    private static void bringBack(EmbeddedServer server) {
        if (server.isRunning()) {
            server.thaw();
        } else {
            server.restart();
        }
    }

    /** Ends all servers and deletes their data; a second call does nothing. */
    @Override
    public synchronized void close() {
        standbys.forEach(EmbeddedServer::close);
        primary.close();
    }

    @Override
    public synchronized String toString() {
        return "EmbeddedCluster[primary " + primary + ", standbys " + standbys + "]";
    }
}
