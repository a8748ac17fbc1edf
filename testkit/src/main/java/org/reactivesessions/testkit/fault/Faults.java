package org.reactivesessions.testkit.fault;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.reactivesessions.testkit.server.TestDatabase;

/**
 * Faults of the server in one database.
 *
 * <pre>{@code
 * try (Faults faults = Faults.in(database)) {
 *     faults.failNextCommits(2, "40001");
 *     … // two transactions are refused by their COMMIT, the next one succeeds
 * }
 * }</pre>
 *
 * <p>Works past what is tested, over JDBC. <b>Ownership:</b> whoever asks for it closes it, which takes back what is left of it.
 * <b>Threads:</b> thread-safe; every method blocks its caller until the server has done it.
 *
 * @since 0.1.0
 */
public final class Faults implements AutoCloseable {

    private static final Pattern SQL_STATE = Pattern.compile("[0-9A-Z]{5}");
    private static final int GONE_WITHIN_MILLIS = 30_000;

    /** A sequence is not rolled back with the commit that it has counted. */
    private static final String PREPARE = """
            CREATE SCHEMA IF NOT EXISTS rs_faults;
            CREATE SEQUENCE IF NOT EXISTS rs_faults.commits MINVALUE 0 START 0;
            SELECT setval('rs_faults.commits', 0);
            CREATE OR REPLACE FUNCTION rs_faults.refuse() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER AS $$
            BEGIN
              IF nextval('rs_faults.commits') <= TG_ARGV[0]::bigint THEN
                RAISE EXCEPTION 'this commit was made to fail' USING ERRCODE = TG_ARGV[1];
              END IF;
              RETURN NULL;
            END $$""";

    private static final String TABLES = """
            SELECT format('%I.%I', n.nspname, c.relname)
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND NOT c.relispartition
               AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'rs_faults')""";

    private final TestDatabase database;

    private Faults(TestDatabase database) {
        this.database = database;
    }

    /**
     * Faults in a database.
     *
     * @param database whose role owns the tables, or is a superuser
     * @return nothing yet
     */
    public static Faults in(TestDatabase database) {
        return new Faults(database);
    }

    /**
     * Lets the server refuse COMMIT, as it does for a serialization failure or a deferred constraint: a deferred trigger on every
     * table there is now raises the error. So it is the server that rolls back, whatever lies between, and a transaction
     * that has changed no row commits. A call takes the place of the one before.
     *
     * @param commits how many of those that come next, at least 1
     * @param sqlState the error's code, five digits and capital letters, such as 40001
     * @throws IllegalArgumentException if one of them cannot be
     * @throws IllegalStateException if there is no table, or the server refuses
     */
    public void failNextCommits(int commits, String sqlState) {
        if (commits < 1) {
            throw new IllegalArgumentException("commits must be >= 1, but was " + commits);
        }
        if (!SQL_STATE.matcher(sqlState).matches() || sqlState.startsWith("00")) {
            throw new IllegalArgumentException(
                    "sqlState must be five digits and capital letters and no success, such as 40001, but" + " was \""
                            + sqlState + "\"");
        }
        withConnection("make commits fail", connection -> {
            List<String> tables = tables(connection);
            if (tables.isEmpty()) {
                throw new IllegalStateException("there is no table in " + database.database()
                        + " whose changes a COMMIT could be refused for. Create the tables first.");
            }
            try (Statement statement = connection.createStatement()) {
                statement.execute(PREPARE);
                for (String table : tables) {
                    statement.execute(drop(table));
                    statement.execute("CREATE CONSTRAINT TRIGGER rs_faults AFTER INSERT OR UPDATE OR DELETE ON " + table
                            + " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION rs_faults.refuse(" + commits
                            + ", '"
                            + sqlState + "')");
                }
            }
            return tables.size();
        });
    }

    private static String drop(String table) {
        return "DROP TRIGGER IF EXISTS rs_faults ON " + table;
    }

    private static List<String> tables(Connection connection) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(TABLES)) {
            while (row.next()) {
                tables.add(row.getString(1));
            }
        }
        return tables;
    }

    /**
     * Ends a session of the server, as an administrator does, and waits until it is gone.
     *
     * @param backend the process id of the session, {@code pid} in {@code pg_stat_activity}
     * @throws IllegalStateException if there is no such session in this database, or it is not gone within 30 s
     */
    public void killBackend(long backend) {
        int killed = kill("pid = ?", statement -> statement.setLong(1, backend));
        if (killed == 0) {
            throw new IllegalStateException("no session " + backend + " in " + database.database() + " was ended");
        }
    }

    /**
     * Ends all sessions of an application, and waits until they are gone.
     *
     * @param applicationName the name that the application gives when it connects
     * @return how many there were, at least 1
     * @throws IllegalStateException if there is none in this database, or one is not gone within 30 s
     */
    public int killBackends(String applicationName) {
        int killed = kill("application_name = ?", statement -> statement.setString(1, applicationName));
        if (killed == 0) {
            throw new IllegalStateException("no session of the application \"" + applicationName + "\" in "
                    + database.database()
                    + " was ended. Name the application when it connects, for instance by the option"
                    + " applicationName of r2dbc-postgresql.");
        }
        return killed;
    }

    private int kill(String which, Argument argument) {
        return withConnection("end a session", connection -> {
            try (PreparedStatement statement = connection.prepareStatement("SELECT pg_terminate_backend(pid, "
                    + GONE_WITHIN_MILLIS + ") FROM pg_stat_activity WHERE datname = current_database() AND " + which)) {
                argument.set(statement);
                int gone = 0;
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        gone += row.getBoolean(1) ? 1 : 0;
                    }
                }
                return gone;
            }
        });
    }

    /** Takes back what is left of commits that fail. */
    @Override
    public void close() {
        withConnection("take faults back", connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("DROP SCHEMA IF EXISTS rs_faults CASCADE");
            }
            return 0;
        });
    }

    private int withConnection(String what, Work work) {
        try (Connection connection = database.openJdbc()) {
            return work.on(connection);
        } catch (SQLException e) {
            throw new IllegalStateException("could not " + what + " in " + database + ": " + e.getMessage(), e);
        }
    }

    private interface Work {
        int on(Connection connection) throws SQLException;
    }

    private interface Argument {
        void set(PreparedStatement statement) throws SQLException;
    }
}
