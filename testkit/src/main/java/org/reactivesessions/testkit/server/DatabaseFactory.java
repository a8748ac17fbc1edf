package org.reactivesessions.testkit.server;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/**
 * The maker and remover of databases on one server, over JDBC.
 *
 * <p>Thread-safe: every call opens and closes a connection of its own.
 */
final class DatabaseFactory {

    private final ServerAddress administration;

    DatabaseFactory(ServerAddress administration) {
        this.administration = administration;
    }

    TestDatabase create(String template) {
        String name = "rs_" + UUID.randomUUID().toString().replace("-", "").substring(0, 16);
        execute("CREATE DATABASE " + quote(name) + " TEMPLATE " + quote(template));
        return existing(name);
    }

    /** One that is there already. */
    TestDatabase existing(String name) {
        return new TestDatabase(administration.withDatabase(name), this);
    }

    void drop(String name) {
        execute("DROP DATABASE IF EXISTS " + quote(name) + " WITH (FORCE)");
    }

    Connection open() throws SQLException {
        return administration.open();
    }

    private void execute(String sql) {
        try (Connection connection = open();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(
                    "PostgreSQL at " + administration + " did not run '" + sql + "': " + e.getMessage(), e);
        }
    }

    private static String quote(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
