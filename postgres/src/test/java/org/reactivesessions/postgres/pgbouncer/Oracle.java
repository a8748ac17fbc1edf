package org.reactivesessions.postgres.pgbouncer;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.reactivesessions.testkit.server.TestDatabase;

/** Reads and changes the database past PgBouncer and the library. Not thread-safe. */
final class Oracle implements AutoCloseable {

    private final Connection connection;

    Oracle(TestDatabase database) throws SQLException {
        this.connection = database.openJdbc();
    }

    void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    long number(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    String text(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    void mustBeZero(String what, String sql) throws SQLException {
        long found = number(sql);
        if (found != 0) {
            throw new AssertionError(found + " " + what);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
