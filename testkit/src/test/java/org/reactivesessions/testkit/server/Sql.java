package org.reactivesessions.testkit.server;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Statements on connections of their own, as the server's superuser. Stateless. */
final class Sql {

    private Sql() {}

    /** The first column of the first row, as text. */
    static String query(EmbeddedServer server, String sql) throws SQLException {
        try (Connection connection = server.openJdbc();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    static void execute(EmbeddedServer server, String sql) throws SQLException {
        try (Connection connection = server.openJdbc();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Where the server keeps its data. */
    static Path dataDirectory(EmbeddedServer server) throws SQLException {
        return Path.of(query(server, "SHOW data_directory"));
    }
}
