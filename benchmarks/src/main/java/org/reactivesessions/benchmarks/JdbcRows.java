package org.reactivesessions.benchmarks;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.function.LongConsumer;

/** Rows on JDBC, which reads all of them before the first one is seen unless a fetch size is set. */
final class JdbcRows implements RowReader {

    private static final String ROWS_TEXT = JdbcScope.text(ROWS);

    private final JdbcScope scope;

    JdbcRows(Endpoint endpoint) {
        this.scope = new JdbcScope(endpoint, 1);
    }

    @Override
    public void read(int rows, int fetchSize, LongConsumer reader) {
        scope.inTransaction(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(ROWS_TEXT)) {
                statement.setInt(1, rows);
                statement.setFetchSize(fetchSize);
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        reader.accept(row.getLong(1));
                    }
                }
            }
            return rows;
        });
    }

    @Override
    public void close() {
        scope.close();
    }
}
