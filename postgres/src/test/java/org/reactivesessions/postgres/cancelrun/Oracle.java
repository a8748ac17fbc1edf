package org.reactivesessions.postgres.cancelrun;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.reactivesessions.testkit.server.TestDatabase;

/**
 * Asks the database over JDBC what became of each transaction. It shares no code with what is tested. Not thread-safe.
 */
final class Oracle {

    private static final String CREATE = "CREATE TABLE " + Statements.TABLE
            + " (tx integer NOT NULL, part integer NOT NULL, begun timestamptz NOT NULL DEFAULT transaction_timestamp(),"
            + " writer bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint)"; // not xmin: savepoints have their
    // own
    private static final String ROWS =
            "SELECT tx, part, writer," + " (extract(epoch FROM begun) * 1000000)::bigint FROM " + Statements.TABLE;
    private static final int BOTH_PARTS = 1 + 2;

    private final TestDatabase database;

    Oracle(TestDatabase database) {
        this.database = database;
    }

    void createTable() throws SQLException {
        try (Connection connection = database.openJdbc();
                Statement statement = connection.createStatement()) {
            statement.execute(CREATE);
        }
    }

    String serverVersion() throws SQLException {
        try (Connection connection = database.openJdbc()) {
            return connection.getMetaData().getDatabaseProductVersion();
        }
    }

    /** Whether server and client read the same clock. */
    boolean sharesClock() throws SQLException {
        try (Connection connection = database.openJdbc();
                Statement statement = connection.createStatement()) {
            Instant before = Instant.now().minusNanos(1_000);
            try (ResultSet row = statement.executeQuery("SELECT clock_timestamp()")) {
                row.next();
                Instant server = row.getTimestamp(1).toInstant();
                return !server.isBefore(before) && !server.isAfter(Instant.now());
            }
        }
    }

    /** Reads what is durable of each transaction, by its number. */
    Map<Integer, Durable> read(Findings findings) throws SQLException {
        Map<Integer, Durable> durable = new HashMap<>();
        Map<Long, Integer> writers = new HashMap<>();
        findings.made(Check.SHARED);
        try (Connection connection = database.openJdbc();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(ROWS)) {
            while (row.next()) {
                int transaction = row.getInt(1);
                long writer = row.getLong(3);
                durable.merge(transaction, new Durable(1, row.getInt(2), writer, true, row.getLong(4)), Durable::and);
                Integer other = writers.put(writer, transaction);
                if (other != null && other != transaction) {
                    findings.add(Check.SHARED, "t" + other + " and t" + transaction);
                }
            }
        }
        return durable;
    }

    /**
     * What is durable of one transaction. Immutable.
     *
     * @param rows number of its rows
     * @param parts sum of their parts
     * @param writer transaction id of the server that wrote them
     * @param together whether it was the same for all of them
     * @param begunMicros when the server began the transaction that wrote the oldest of them
     */
    record Durable(int rows, int parts, long writer, boolean together, long begunMicros) {

        static final Durable NOTHING = new Durable(0, 0, 0, true, Long.MAX_VALUE);

        Durable and(Durable more) {
            return new Durable(
                    rows + more.rows,
                    parts + more.parts,
                    writer,
                    together && writer == more.writer,
                    Math.min(begunMicros, more.begunMicros));
        }

        boolean isNothing() {
            return rows == 0;
        }

        boolean isWhole() {
            return rows == 2 && parts == BOTH_PARTS;
        }
    }
}
