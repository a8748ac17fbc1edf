package org.reactivesessions.testkit.server;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a test has left on the server that outlives its statements: open transactions, advisory locks, temporary tables and prepared
 * transactions of one database. Channels are not among it, because PostgreSQL tells them only to the session that listens.
 * Connections opened by {@link TestDatabase#openJdbc()} are left out. Stateless.
 *
 * @since 0.1.0
 */
public final class ServerLeftovers {

    private static final String SQL = """
            SELECT format('session %s (application "%s") is %s; its last statement: %s',
                          pid, application_name, state, left(query, 200))
              FROM pg_stat_activity
             WHERE datname = current_database() AND application_name <> ?
               AND state IN ('idle in transaction', 'idle in transaction (aborted)')
             UNION ALL
            SELECT format('session %s holds %s advisory lock(s)', l.pid, count(*))
              FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
             WHERE l.locktype = 'advisory' AND l.granted AND coalesce(a.application_name, '') <> ?
               AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
             GROUP BY l.pid
             UNION ALL
            SELECT format('temporary table %s of some session that is still open', c.oid::regclass)
              FROM pg_class c
             WHERE c.relpersistence = 't' AND c.relkind = 'r'
             UNION ALL
            SELECT format('prepared transaction "%s", which keeps its locks until it is committed or rolled back', gid)
              FROM pg_prepared_xacts
             WHERE database = current_database()""";

    private ServerLeftovers() {}

    /**
     * Looks at the server.
     *
     * @param database the database whose sessions are looked at
     * @return a sentence for each thing that is left, in no particular order; empty if nothing is
     * @throws IllegalStateException if the server cannot be reached or refuses
     */
    public static List<String> of(TestDatabase database) {
        List<String> found = new ArrayList<>();
        try (Connection connection = database.openJdbc();
                PreparedStatement statement = connection.prepareStatement(SQL)) {
            statement.setString(1, ServerAddress.APPLICATION_NAME);
            statement.setString(2, ServerAddress.APPLICATION_NAME);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(row.getString(1));
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException("no look at what is left in " + database + ": " + e.getMessage(), e);
        }
        return found;
    }
}
