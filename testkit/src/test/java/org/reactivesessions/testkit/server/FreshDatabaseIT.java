package org.reactivesessions.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FreshDatabaseIT {

    private final EmbeddedServer server = EmbeddedServer.shared();

    @Test
    void freshDatabasesMustNotSeeEachOther() throws Exception {
        try (TestDatabase first = server.freshDatabase();
                TestDatabase second = server.freshDatabase()) {
            assertThat(first.database()).isNotEqualTo(second.database());
            execute(first, "CREATE TABLE only_here (id int)");
            assertThatThrownBy(() -> execute(second, "TABLE only_here")).isInstanceOf(SQLException.class);
        }
    }

    @Test
    void aFreshDatabaseMustBeACopyOfItsTemplate() throws Exception {
        try (TestDatabase template = server.freshDatabase()) {
            execute(template, "CREATE TABLE prepared AS SELECT 1 AS id");
            try (TestDatabase copy = server.freshDatabase(template.database())) {
                assertThat(count(copy, "prepared")).isEqualTo(1);
                execute(copy, "DELETE FROM prepared");
            }
            assertThat(count(template, "prepared")).isEqualTo(1);
        }
    }

    @Test
    void closeMustDropTheDatabaseAndItsSessions() throws Exception {
        TestDatabase database = server.freshDatabase();
        try (Connection left = database.openJdbc()) {
            database.close();
            database.close();
            assertThat(left.isValid(5)).isFalse();
        }
        assertThatThrownBy(database::openJdbc).isInstanceOf(SQLException.class).hasMessageContaining("does not exist");
    }

    @Test
    void urlsMustLeadToTheDatabase() throws Exception {
        try (TestDatabase database = server.freshDatabase()) {
            String rest = "postgresql://postgres:" + server.password() + "@127.0.0.1:" + server.port() + "/"
                    + database.database();
            assertThat(database.url()).isEqualTo(rest);
            assertThat(database.r2dbcUrl()).isEqualTo("r2dbc:" + rest);
            assertThat(database.r2dbcUrl("localhost", 1))
                    .isEqualTo("r2dbc:" + rest.replace("127.0.0.1:" + server.port(), "localhost:1"));
            assertThat(database.host()).isEqualTo("127.0.0.1");
            assertThat(database.port()).isEqualTo(server.port());
            assertThat(database.username()).isEqualTo("postgres");
            assertThat(database.password()).isEqualTo(server.password());
            assertThat(database.toString()).contains(database.database()).doesNotContain(database.password());
            try (Connection connection = DriverManager.getConnection(database.jdbcUrl())) {
                assertThat(connection.getCatalog()).isEqualTo(database.database());
            }
        }
    }

    @Test
    void anExternalServerMustHandOutDatabasesToo() throws Exception {
        String url = "postgresql://postgres:" + server.password() + "@127.0.0.1:" + server.port() + "/postgres";
        PostgresServer external = TestServers.choose(Map.of("RS_TEST_URL", " " + url));
        assertThat(external).isInstanceOf(ExternalServer.class);
        assertThat(external.host()).isEqualTo("127.0.0.1");
        assertThat(external.port()).isEqualTo(server.port());
        assertThat(external.username()).isEqualTo("postgres");
        assertThat(external.password()).isEqualTo(server.password());
        assertThat(external.toString()).doesNotContain(server.password());
        try (TestDatabase database = external.freshDatabase();
                Connection administration = external.openJdbc()) {
            execute(database, "CREATE TABLE here (id int)");
            assertThat(administration.getCatalog()).isEqualTo("postgres");
        }
    }

    @Test
    void theEmbeddedServerMustBeTheChoiceWithoutTheVariable() {
        assertThat(TestServers.choose(Map.of())).isSameAs(server);
        assertThat(TestServers.choose(Map.of("RS_TEST_URL", " "))).isSameAs(server);
    }

    private static void execute(TestDatabase database, String sql) throws SQLException {
        try (Connection connection = database.openJdbc();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long count(TestDatabase database, String table) throws SQLException {
        try (Connection connection = database.openJdbc();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM " + table)) {
            row.next();
            return row.getLong(1);
        }
    }
}
