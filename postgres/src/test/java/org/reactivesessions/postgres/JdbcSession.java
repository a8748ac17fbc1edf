package org.reactivesessions.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.testkit.server.TestDatabase;

/** One connection past the library, of which a test needs several at once. Used by one thread at a time. */
final class JdbcSession implements AutoCloseable {

    private final Connection connection;

    private JdbcSession(Connection connection) {
        this.connection = connection;
    }

    static JdbcSession open(TestDatabase database) {
        try {
            return new JdbcSession(database.openJdbc());
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    JdbcSession run(String sql) {
        String state = state(sql);
        if (state != null) {
            throw new IllegalStateException(state + " for " + sql);
        }
        return this;
    }

    /** The SQLSTATE that a text ends with, or {@code null} if it ends well. */
    @Nullable
    String state(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            return null;
        } catch (SQLException failed) {
            return failed.getSQLState();
        }
    }

    /** The first column of the only row, as text. */
    @Nullable
    String text(String sql) {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed.getSQLState() + " for " + sql, failed);
        }
    }

    int backend() {
        return Integer.parseInt(String.valueOf(text("SELECT pg_backend_pid()")));
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
