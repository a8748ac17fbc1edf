package org.reactivesessions.benchmarks;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.reactivesessions.testkit.server.TestDatabase;

/** How many bytes does a marker take, in its table, and in the log? */
final class MarkerBytes {

    private static final String MARKERS = "SELECT (SELECT count(*) FROM reactive_sessions.commit_marker),"
            + " sum(pg_table_size(relid)), sum(pg_indexes_size(relid))"
            + " FROM pg_partition_tree('reactive_sessions.commit_marker') WHERE isleaf";

    /** How many transactions whose log is measured. */
    private static final int SAMPLES = 1_000;

    /** How many accounts they change: so few that the first change of a page behind the checkpoint hardly counts. */
    private static final int CHANGED = 100;

    private final Bench bench;
    private final TestDatabase database;
    private final Collected into;

    MarkerBytes(Bench bench, TestDatabase database, Collected into) {
        this.bench = bench;
        this.database = database;
        this.into = into;
    }

    /** Measures the markers that are there, and the log of some transactions more. */
    void measure() throws SQLException {
        size();
        for (Marked marked : Marked.values()) {
            log(marked);
        }
    }

    private void size() throws SQLException {
        try (Connection connection = database.openJdbc();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(MARKERS)) {
            row.next();
            double markers = row.getLong(1);
            into.add(Marked.WRITTEN, "bytes in the table", row.getLong(2) / markers);
            into.add(Marked.WRITTEN, "bytes in its index", row.getLong(3) / markers);
        }
    }

    /** Of one caller, so that nobody else's is counted, and behind a checkpoint, so that all begin alike. */
    private void log(Marked marked) throws SQLException {
        bench.tidy();
        try (Ours ours = marked.open(bench.direct(), Contender.POOL);
                Connection connection = database.openJdbc();
                Statement statement = connection.createStatement()) {
            ours.once(Workload.WRITE3, 0);
            statement.execute("CHECKPOINT");
            String before = position(statement, "pg_current_wal_insert_lsn()");
            for (int i = 0; i < SAMPLES; i++) {
                ours.once(Workload.WRITE3, i % CHANGED);
            }
            String bytes = position(statement, "pg_current_wal_insert_lsn() - '" + before + "'");
            into.add(marked, "bytes of log for one WRITE3", Double.parseDouble(bytes) / SAMPLES);
        }
    }

    private static String position(Statement statement, String expression) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT " + expression)) {
            row.next();
            return row.getString(1);
        }
    }
}
