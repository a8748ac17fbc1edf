package org.reactivesessions.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Servers whose processes die without a word, and what they still know afterwards. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class CrashIT {

    private static final long PATIENCE_NANOS = 30_000_000_000L;

    private EmbeddedServer server;

    @BeforeEach
    void startServer() {
        server = EmbeddedServer.start();
    }

    @AfterEach
    void closeServer() {
        server.close();
    }

    private static int number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getInt(1);
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** A server that recovers refuses connections. */
    private Connection openOnceItIsThere() throws SQLException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            try {
                return server.openJdbc();
            } catch (SQLException notYet) {
                if (System.nanoTime() - end > 0) {
                    throw notYet;
                }
            }
        }
    }

    @Test
    void aKilledBackendMustCostEverySessionAndTheServerRecover() throws SQLException {
        long postmaster = server.postmasterPid();
        try (Connection killed = server.openJdbc();
                Connection beside = server.openJdbc()) {
            run(beside, "CREATE TABLE item AS SELECT 1 AS id");
            run(beside, "BEGIN; INSERT INTO item VALUES (2)");
            server.killBackend(number(killed, "SELECT pg_backend_pid()"));
            assertThatThrownBy(() -> number(killed, "SELECT 1")).isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> {
                        while (true) {
                            number(beside, "SELECT 1");
                        }
                    })
                    .isInstanceOf(SQLException.class);
        }
        try (Connection again = openOnceItIsThere()) {
            assertThat(number(again, "SELECT max(id) FROM item")).isEqualTo(1);
        }
        assertThat(server.postmasterPid()).isEqualTo(postmaster);
    }

    @Test
    void onlyABackendMustBeKilled() {
        assertThatThrownBy(() -> server.killBackend((int) server.postmasterPid()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("pid must be that of a process of this server that serves a client, but was ");
        assertThatThrownBy(
                        () -> server.killBackend((int) ProcessHandle.current().pid()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aCrashMustLeaveNoProcessAndARestartFindWhatWasCommitted() throws SQLException {
        ProcessHandle main = ProcessHandle.of(server.postmasterPid()).orElseThrow();
        List<ProcessHandle> children = main.descendants().toList();
        try (Connection open = server.openJdbc()) {
            run(open, "CREATE TABLE item AS SELECT 1 AS id");
            server.crash();
            assertThatThrownBy(() -> number(open, "SELECT 1")).isInstanceOf(SQLException.class);
        }
        assertThat(children).isNotEmpty().noneMatch(ProcessStamp::isRunning);
        assertThatThrownBy(server::crash).isInstanceOf(IllegalStateException.class);
        server.restart();
        try (Connection again = server.openJdbc()) {
            assertThat(number(again, "SELECT count(*) FROM item")).isEqualTo(1);
        }
    }
}
