package org.reactivesessions.postgres.doubt;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.reactivesessions.testkit.server.PostgresServer;
import org.reactivesessions.testkit.server.TestDatabase;

/** Asks the database over JDBC what is there. It shares no code with what is tested. Used by one thread. */
final class Oracle implements AutoCloseable {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final Connection connection;

    Oracle(TestDatabase database) throws SQLException {
        this.connection = database.openJdbc();
    }

    /** For a server as such. */
    Oracle(PostgresServer server) throws SQLException {
        this.connection = server.openJdbc();
    }

    void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    boolean isTrue(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() && row.getBoolean(1);
        }
    }

    /** The numbers a query answers with, one in each row. */
    Set<Integer> numbers(String sql) throws SQLException {
        Set<Integer> numbers = new HashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                numbers.add(row.getInt(1));
            }
        }
        return numbers;
    }

    /** The texts in the second column, by those in the first. */
    Map<String, List<String>> lists(String sql) throws SQLException {
        Map<String, List<String>> lists = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                lists.computeIfAbsent(row.getString(1), key -> new ArrayList<>())
                        .add(row.getString(2));
            }
        }
        return lists;
    }

    /** Blocks until a server process has gone, and with it everything it had been sent. */
    void awaitEndOf(int backend) throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (isTrue("SELECT true FROM pg_stat_activity WHERE pid = " + backend)) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("the server process " + backend + " did not end");
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    String text(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
