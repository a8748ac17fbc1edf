package org.reactivesessions.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class ServerCensusIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final TestDatabase database;

    ServerCensusIT(TestDatabase database) {
        this.database = database;
    }

    @Test
    void theCensusMustShowSessionsStatesAndLocks() throws Exception {
        try (Connection witness = database.openJdbc();
                Connection idle = client();
                Connection busy = client()) {
            execute(witness, "SELECT pg_advisory_lock(9)");
            execute(idle, "SELECT 1");
            busy.setAutoCommit(false);
            execute(busy, "SELECT pg_advisory_lock(1), pg_advisory_xact_lock(2)");
            ServerCensus census = ServerCensus.await(
                    database, PATIENCE, now -> now.byState().equals(Map.of("idle", 1L, "idle in transaction", 1L)));
            assertThat(census.backends()).hasSize(2).isSorted();
            assertThat(census.idleInTransaction()).isEqualTo(1);
            assertThat(census.advisoryLocks()).as("without the witness").isEqualTo(2);
            assertThat(census.sessions())
                    .extracting(ServerCensus.Session::applicationName)
                    .containsOnly("client");
            assertThat(census).asString().contains("idle in transaction", "pg_advisory_lock(1)");

            assertThatThrownBy(() -> execute(busy, "SELECT 1 / 0")).isInstanceOf(SQLException.class);
            ServerCensus.await(database, PATIENCE, now -> now.byState().containsKey("idle in transaction (aborted)"));
            assertThat(ServerCensus.of(database).idleInTransaction()).isEqualTo(1);
        }
        ServerCensus.await(database, PATIENCE, now -> now.backends().isEmpty());
    }

    @Test
    void awaitMustFailWithTheLastCensus() {
        assertThatThrownBy(() -> ServerCensus.await(database, Duration.ZERO, now -> false))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("were not as wanted within 0 ms: ServerCensus[");
    }

    @Test
    void theCensusMustWorkWhereTheDatabaseRefusesConnections(PostgresServer server) throws Exception {
        try (TestDatabase closed = server.freshDatabase();
                Connection administration = server.openJdbc()) {
            execute(administration, "ALTER DATABASE " + closed.database() + " ALLOW_CONNECTIONS false");
            assertThat(ServerCensus.of(closed).sessions()).isEmpty();
        }
    }

    @Test
    void anUnreachableServerMustBeNamed() {
        ServerAddress nowhere = new ServerAddress("127.0.0.1", 1, "nobody", "secret", "nothing");
        TestDatabase unreachable = new TestDatabase(nowhere, new DatabaseFactory(nowhere));
        assertThatThrownBy(() -> ServerCensus.of(unreachable))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no census of TestDatabase[nobody@127.0.0.1:1/nothing]: ");
        assertThatThrownBy(() -> ServerCensus.await(unreachable, PATIENCE, now -> true))
                .isInstanceOf(IllegalStateException.class);
    }

    private Connection client() throws SQLException {
        return DriverManager.getConnection(database.jdbcUrl() + "&ApplicationName=client");
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
