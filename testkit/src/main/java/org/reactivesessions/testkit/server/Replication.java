package org.reactivesessions.testkit.server;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What is asked of servers that replicate: to catch up, to be cut off, and to be promoted.
 *
 * <p>Stateless and therefore thread-safe: every call opens and closes connections of its own.
 */
final class Replication {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long POLL_MILLIS = 10;

    /** A record at the end of the log, whose commit flushes all before it; it must not wait for a standby itself. */
    private static final String MARK =
            "SELECT pg_logical_emit_message(true, 'await_replay', ''), system_identifier FROM pg_control_system()";

    private static final String REPLAYED = """
            SELECT pg_is_in_recovery() AND system_identifier = ?,
                   pg_last_wal_replay_lsn(), coalesce(pg_last_wal_replay_lsn() >= ?::pg_lsn, false)
              FROM pg_control_system()""";

    private Replication() {}

    static void awaitReplay(ServerAddress primary, ServerAddress standby) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Mark mark = mark(primary);
        try (Connection session = open(standby);
                PreparedStatement statement = session.prepareStatement(REPLAYED)) {
            statement.setLong(1, mark.system);
            statement.setString(2, mark.position);
            String position = replayed(statement, standby, mark);
            while (!position.isEmpty()) {
                if (System.nanoTime() - deadline > 0) {
                    throw new IllegalStateException("the standby " + standby + " has replayed up to " + position
                            + " within " + PATIENCE.toSeconds() + " s, but not up to " + mark.position + " of "
                            + primary
                            + ". Look whether it is frozen, or whether a query of its own keeps it from replaying");
                }
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
                position = replayed(statement, standby, mark);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(
                    "the standby " + standby + " did not say what it has replayed: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the standby " + standby + " was catching up", e);
        }
    }

    static void promote(ServerAddress standby) {
        try (Connection session = open(standby);
                Statement statement = session.createStatement()) {
            requireStandby(ask(statement, "SELECT pg_is_in_recovery()"), standby, "no standby");
            if (!ask(statement, "SELECT pg_promote(true, " + PATIENCE.toSeconds() + ")")) {
                throw new IllegalStateException(
                        "the standby " + standby + " was not promoted within " + PATIENCE.toSeconds() + " s");
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the standby " + standby + " was not promoted: " + e.getMessage(), e);
        }
    }

    static void cutOff(ServerAddress standby) {
        change(standby, "cut off", statement -> {
            statement.execute("ALTER SYSTEM SET primary_conninfo = ''");
            statement.execute("SELECT pg_reload_conf()");
            await(statement, "SELECT NOT EXISTS (SELECT FROM pg_stat_wal_receiver)", standby, "still receives");
        });
    }

    /** The standby may have been cut off, and gets from now on what the other one writes. */
    static void follow(ServerAddress standby, ServerAddress primary) {
        String conninfo = PrimaryConnInfo.value(primary).replace("'", "''");
        change(standby, "led to " + primary, statement -> {
            statement.execute("SET standard_conforming_strings = on");
            statement.execute("ALTER SYSTEM SET primary_conninfo = '" + conninfo + "'");
            statement.execute("SELECT pg_reload_conf()");
        });
    }

    static void pause(ServerAddress standby) {
        change(standby, "paused", statement -> {
            statement.execute("SELECT pg_wal_replay_pause()");
            await(statement, "SELECT pg_get_wal_replay_pause_state() = 'paused'", standby, "still replays");
        });
    }

    static void resume(ServerAddress standby) {
        change(standby, "resumed", statement -> statement.execute("SELECT pg_wal_replay_resume()"));
    }

    /** After a restart it has received nothing, and still has what it replayed. */
    static long received(ServerAddress standby) {
        try (Connection session = open(standby);
                Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) - '0/0'::pg_lsn")) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(
                    "the standby " + standby + " did not say what it has received: " + e.getMessage(), e);
        }
    }

    private static void change(ServerAddress standby, String what, Change change) {
        try (Connection session = open(standby);
                Statement statement = session.createStatement()) {
            requireStandby(ask(statement, "SELECT pg_is_in_recovery()"), standby, "no standby");
            change.make(statement);
        } catch (SQLException e) {
            throw new IllegalStateException("the standby " + standby + " was not " + what + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the standby " + standby + " was " + what, e);
        }
    }

    private static void await(Statement statement, String condition, ServerAddress standby, String otherwise)
            throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!ask(statement, condition)) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("the standby " + standby + " " + otherwise + " after "
                        + PATIENCE.toSeconds() + " s. Look whether it is frozen");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    private static Mark mark(ServerAddress primary) {
        try (Connection session = open(primary);
                Statement statement = session.createStatement()) {
            statement.execute("SET synchronous_commit = local");
            try (ResultSet row = statement.executeQuery(MARK)) {
                row.next();
                return new Mark(primary, row.getString(1), row.getLong(2));
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the primary " + primary + " wrote no mark: " + e.getMessage(), e);
        }
    }

    /** Empty if the mark has been replayed, else how far the standby is. */
    private static String replayed(PreparedStatement statement, ServerAddress standby, Mark mark) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            row.next();
            requireStandby(row.getBoolean(1), standby, "no standby of " + mark.server);
            return row.getBoolean(3) ? "" : String.valueOf(row.getString(2));
        }
    }

    private static void requireStandby(boolean isStandby, ServerAddress server, String otherwise) {
        if (!isStandby) {
            throw new IllegalStateException("the server " + server + " is " + otherwise
                    + ", or is promoted already. Start one with startStandby()");
        }
    }

    private static boolean ask(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getBoolean(1);
        }
    }

    /** A session that fails, rather than hangs, on a server that is frozen while it lasts. */
    private static Connection open(ServerAddress server) throws SQLException {
        Connection session = server.open();
        session.setNetworkTimeout(
                Runnable::run, Math.toIntExact(PATIENCE.multipliedBy(2).toMillis()));
        return session;
    }

    /** What is asked of a standby, in a session of its own. */
    @FunctionalInterface
    private interface Change {

        void make(Statement statement) throws SQLException, InterruptedException;
    }

    /**
     * A place in the log of one server, which its standbys share.
     *
     * @param server whose log it is
     * @param position where the mark ends
     * @param system the number by which a server and its standbys are told from others
     */
    private record Mark(ServerAddress server, String position, long system) {}
}
