package org.reactivesessions.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The processor time that the connections of clients to a database have used, of a server on this Linux machine. Stateless. */
final class BackendTimes {

    private static final String OTHERS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            + " AND backend_type = 'client backend' AND pid <> pg_backend_pid()";

    private BackendTimes() {}

    /** The sum over all that are open but the one that asks, in nanoseconds. */
    static long nanos(Connection connection) throws SQLException, IOException {
        long sum = 0;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(OTHERS)) {
            while (row.next()) {
                sum += nanos(row.getString(1));
            }
        }
        return sum;
    }

    private static long nanos(String pid) throws IOException {
        try {
            String text = Files.readString(Path.of("/proc", pid, "schedstat"), StandardCharsets.US_ASCII);
            return Long.parseLong(text.substring(0, text.indexOf(' ')));
        } catch (NoSuchFileException gone) {
            return 0;
        }
    }
}
