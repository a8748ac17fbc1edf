package org.reactivesessions.testkit.server;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What the sessions of one database were doing and holding at one moment, to show that a test left nothing behind.
 *
 * <p>Taken over JDBC from outside the database, so it also works where the database refuses connections. Connections
 * opened by {@link TestDatabase#openJdbc()} and {@link PostgresServer#openJdbc()} are left out. Immutable and therefore
 * thread-safe.
 *
 * @since 0.1.0
 */
public final class ServerCensus {

    private static final String SQL = """
            SELECT a.pid, coalesce(a.state, 'starting'), coalesce(a.application_name, ''), coalesce(a.query, ''),
                   (SELECT count(*) FROM pg_locks l WHERE l.pid = a.pid AND l.locktype = 'advisory' AND l.granted)
              FROM pg_stat_activity a
             WHERE a.datname = ? AND a.backend_type = 'client backend' AND a.application_name <> ?
             ORDER BY a.pid""";
    private static final long POLL_MILLIS = 10;

    private final List<Session> sessions;

    private ServerCensus(List<Session> sessions) {
        this.sessions = List.copyOf(sessions);
    }

    /**
     * Census of now.
     *
     * @param database the database whose sessions are looked at
     * @return the sessions of this moment
     * @throws IllegalStateException if the server cannot be reached or refuses
     */
    public static ServerCensus of(TestDatabase database) {
        try (Connection connection = database.openBeside()) {
            return take(connection, database);
        } catch (SQLException e) {
            throw unreachable(database, e);
        }
    }

    /**
     * The first census that is as wanted; the server is asked every 10 ms, because a session ends a little after its
     * connection is closed.
     *
     * @param database the database whose sessions are looked at
     * @param atMost how long to go on asking
     * @param wanted what is waited for
     * @return a census that is as wanted
     * @throws AssertionError if none was; the message shows the last census
     * @throws IllegalStateException if the server cannot be reached or refuses
     */
    public static ServerCensus await(TestDatabase database, Duration atMost, Predicate<ServerCensus> wanted) {
        long deadline = System.nanoTime() + atMost.toNanos();
        try (Connection connection = database.openBeside()) {
            while (true) {
                ServerCensus census = take(connection, database);
                if (wanted.test(census)) {
                    return census;
                }
                if (System.nanoTime() - deadline > 0) {
                    throw new AssertionError("the sessions of " + database.database() + " were not as wanted within "
                            + atMost.toMillis() + " ms: " + census);
                }
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
        } catch (SQLException e) {
            throw unreachable(database, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for the sessions of " + database.database(), e);
        }
    }

    /**
     * Sessions of the database.
     *
     * @return the sessions in the order of their process ids
     */
    public List<Session> sessions() {
        return sessions;
    }

    /**
     * Process ids of the sessions.
     *
     * @return the process ids in ascending order
     */
    public List<Integer> backends() {
        return sessions.stream().map(Session::pid).toList();
    }

    /**
     * Number of sessions by state.
     *
     * @return counts by the server's word for the state, such as {@code active} or {@code idle}
     */
    public Map<String, Long> byState() {
        return sessions.stream().collect(Collectors.groupingBy(Session::state, TreeMap::new, Collectors.counting()));
    }

    /**
     * Number of sessions that keep a transaction open without doing anything, failed transactions included.
     *
     * @return the number of sessions idle in a transaction
     */
    public long idleInTransaction() {
        return sessions.stream()
                .filter(session -> session.state().startsWith("idle in transaction"))
                .count();
    }

    /**
     * Number of advisory locks held.
     *
     * @return the number of advisory locks held by all sessions together
     */
    public long advisoryLocks() {
        return sessions.stream().mapToLong(Session::advisoryLocks).sum();
    }

    private static ServerCensus take(Connection connection, TestDatabase database) throws SQLException {
        List<Session> found = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(SQL)) {
            statement.setString(1, database.database());
            statement.setString(2, ServerAddress.APPLICATION_NAME);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(new Session(
                            row.getInt(1), row.getString(2), row.getString(3), row.getString(4), row.getLong(5)));
                }
            }
        }
        return new ServerCensus(found);
    }

    private static IllegalStateException unreachable(TestDatabase database, SQLException cause) {
        return new IllegalStateException("no census of " + database + ": " + cause.getMessage(), cause);
    }

    @Override
    public String toString() {
        return "ServerCensus" + sessions;
    }

    /**
     * One session.
     *
     * @param pid process id of its backend
     * @param state the server's word for its state
     * @param applicationName the name the client gave itself, empty for none
     * @param query text of its current or last query
     * @param advisoryLocks number of advisory locks it holds
     */
    public record Session(int pid, String state, String applicationName, String query, long advisoryLocks) {}
}
