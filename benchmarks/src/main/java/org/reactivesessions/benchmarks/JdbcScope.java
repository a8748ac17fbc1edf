package org.reactivesessions.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.reactivesessions.testkit.server.TestDatabase;

/** The transaction scope as it is written on JDBC: pgjdbc on HikariCP. Thread-safe. */
final class JdbcScope implements AutoCloseable {

    private final HikariDataSource pool;

    JdbcScope(Endpoint endpoint, int size) {
        TestDatabase database = endpoint.database();
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(endpoint.jdbcUrl());
        config.setUsername(database.username());
        config.setPassword(database.password());
        config.setMaximumPoolSize(size);
        config.setConnectionTimeout(Load.PATIENCE.toMillis());
        config.addDataSourceProperty("preparedStatementCacheQueries", Contender.STATEMENT_CACHE);
        config.addDataSourceProperty("tcpKeepAlive", true);
        this.pool = new HikariDataSource(config);
    }

    /**
     * Work on a connection.
     *
     * @param <T> the type of its value
     */
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    /** The same text as everybody's, with the parameter markers of JDBC. */
    static String text(String sql) {
        return sql.replaceAll("\\$\\d", "?");
    }

    /** Runs work in a transaction. */
    <T> T inTransaction(Work<T> work) {
        return onConnection(connection -> {
            connection.setAutoCommit(false);
            try {
                T value = work.on(connection);
                connection.commit();
                return value;
            } catch (SQLException | RuntimeException failure) {
                connection.rollback();
                throw failure;
            }
        });
    }

    /** Runs work without a transaction. */
    <T> T onConnection(Work<T> work) {
        try (Connection connection = pool.getConnection()) {
            return work.on(connection);
        } catch (SQLException failure) {
            throw new IllegalStateException("JDBC failed: " + failure.getMessage(), failure);
        }
    }

    static long query(Connection connection, String text, int id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(text)) {
            statement.setInt(1, id);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
