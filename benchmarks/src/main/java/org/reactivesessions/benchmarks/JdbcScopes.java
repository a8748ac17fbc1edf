package org.reactivesessions.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.Optional;

/**
 * The scopes on JDBC. What its interfaces offer is used: isolation and access mode of the connection, and the query timeout,
 * by which the driver itself cancels a statement that takes too long and which therefore costs no round trip.
 */
final class JdbcScopes implements CountedScopes {

    private static final String READ_TEXT = JdbcScope.text(Contender.READ);
    private static final String INSERT_TEXT = JdbcScope.text(INSERT);
    private static final String SET_TENANT_TEXT = JdbcScope.text(SampleSettings.SET_TENANT);

    private final JdbcScope scope;

    JdbcScopes(Endpoint endpoint) {
        this.scope = new JdbcScope(endpoint, 1);
    }

    @Override
    public Optional<Runnable> of(CountedScope counted) {
        return Optional.of(() -> run(counted));
    }

    private long run(CountedScope counted) {
        return switch (counted) {
            case WRITE_1, WRITE_3 -> scope.inTransaction(connection -> inserts(connection, counted.statements(), 0));
            case SETTINGS_1, SETTINGS_3 ->
                scope.inTransaction(connection -> {
                    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
                    send(connection, SampleSettings.SET_LOCK_TIMEOUT);
                    setTenant(connection);
                    return inserts(
                            connection,
                            counted.statements(),
                            Math.toIntExact(SampleSettings.STATEMENT_TIMEOUT.toSeconds()));
                });
            case NESTED ->
                scope.inTransaction(connection -> {
                    long before = inserts(connection, 1, 0);
                    Savepoint savepoint = connection.setSavepoint("part");
                    long inner = inserts(connection, 1, 0);
                    connection.releaseSavepoint(savepoint);
                    return before + inner;
                });
            case READ_ONLY ->
                scope.inTransaction(connection -> {
                    connection.setReadOnly(true);
                    return JdbcScope.query(connection, READ_TEXT, 1);
                });
            case QUEUED, AWAITED, STARTED_AT, MARKED_3 -> throw CountedScopes.notHere(counted);
            case READ -> scope.onConnection(connection -> JdbcScope.query(connection, READ_TEXT, 1));
        };
    }

    /** Sends the {@link SampleSettings}, both limits in one message, which the driver allows. */
    static void settings(Connection connection) throws SQLException {
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        send(connection, SampleSettings.SET_STATEMENT_TIMEOUT + "; " + SampleSettings.SET_LOCK_TIMEOUT);
        setTenant(connection);
    }

    private static void send(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void setTenant(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SET_TENANT_TEXT)) {
            statement.setString(1, SampleSettings.TENANT);
            statement.execute();
        }
    }

    private static long inserts(Connection connection, int number, int timeoutSeconds) throws SQLException {
        long rows = 0;
        for (int id = 0; id < number; id++) {
            try (PreparedStatement statement = connection.prepareStatement(INSERT_TEXT)) {
                statement.setQueryTimeout(timeoutSeconds);
                statement.setInt(1, id);
                rows += statement.executeUpdate();
            }
        }
        return rows;
    }

    @Override
    public void close() {
        scope.close();
    }
}
