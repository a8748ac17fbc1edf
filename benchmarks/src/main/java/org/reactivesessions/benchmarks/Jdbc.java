package org.reactivesessions.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.ExecutorService;
import java.util.function.IntFunction;

/** The transactions on JDBC. */
final class Jdbc implements BlockingContender {

    private static final String READ_TEXT = JdbcScope.text(READ);
    private static final String DEBIT_TEXT = JdbcScope.text(DEBIT);
    private static final String NOTE_TEXT = JdbcScope.text(NOTE);

    private final JdbcScope scope;
    private final IntFunction<ExecutorService> threads;

    /**
     * Opens a pool.
     *
     * @param threads makes the threads of so many callers
     */
    Jdbc(Endpoint endpoint, IntFunction<ExecutorService> threads) {
        this.scope = new JdbcScope(endpoint, POOL);
        this.threads = threads;
    }

    @Override
    public ExecutorService threads(int callers) {
        return threads.apply(callers);
    }

    @Override
    public Long read1(int id) {
        return scope.inTransaction(connection -> JdbcScope.query(connection, READ_TEXT, id));
    }

    @Override
    public Long write3(int id) {
        return scope.inTransaction(connection -> {
            debit(connection, id);
            return note(connection, id, JdbcScope.query(connection, READ_TEXT, id));
        });
    }

    private static void debit(Connection connection, int id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(DEBIT_TEXT)) {
            statement.setInt(1, id);
            statement.executeUpdate();
        }
    }

    private static long note(Connection connection, int id, long balance) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(NOTE_TEXT)) {
            statement.setInt(1, id);
            statement.setLong(2, balance);
            return statement.executeUpdate();
        }
    }

    @Override
    public void close() {
        scope.close();
    }
}
