package org.reactivesessions.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Each test has a server of its own, so that none is left frozen. */
@EnabledOnOs({OS.LINUX, OS.MAC})
@Tag("patient")
class FreezeIT {

    private static final int SHORT_MILLIS = 300;
    private static final long PATIENCE_SECONDS = 30;

    private EmbeddedServer server;

    @BeforeEach
    void startServer() {
        server = EmbeddedServer.start();
    }

    @AfterEach
    void closeServer() {
        server.close();
    }

    @Test
    void aFrozenServerMustAnswerNothingUntilItIsThawed() throws Exception {
        try (Connection impatient = server.openJdbc();
                Connection patient = server.openJdbc()) {
            server.freeze();
            server.freeze();
            CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> answer(patient));
            assertTimesOut(impatient);
            assertThat(answer).isNotDone();
            server.thaw();
            server.thaw();
            assertThat(answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("42");
        }
        try (Connection another = server.openJdbc()) {
            assertThat(answer(another)).isEqualTo("42");
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void everyProcessOfAFrozenServerMustBeStopped() {
        ProcessHandle main = ProcessHandle.of(server.postmasterPid()).orElseThrow();
        assertThat(main.descendants()).isNotEmpty().noneMatch(FreezeIT::isStopped);
        server.freeze();
        // One that had just ended stays until its parent, which is frozen, collects it.
        assertThat(main.descendants().filter(ProcessStamp::isRunning))
                .isNotEmpty()
                .allMatch(FreezeIT::isStopped);
        assertThat(main).matches(FreezeIT::isStopped);
    }

    @Test
    void frozenBackendsMustNotKeepANewConnectionFromBeingServed() throws Exception {
        try (Connection impatient = server.openJdbc();
                Connection patient = server.openJdbc()) {
            server.freezeBackends();
            server.freezeBackends();
            CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> answer(patient));
            assertTimesOut(impatient);
            try (Connection another = server.openJdbc()) {
                assertThat(answer(another)).isEqualTo("42");
            }
            assertThat(answer).isNotDone();
            server.thaw();
            assertThat(answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("42");
        }
    }

    @Test
    void frozenBackendsMustNotStopReplicationWhateverTheServerIsCalled() throws Exception {
        try (EmbeddedServer named = EmbeddedServer.start(Map.of("cluster_name", "a name: of two words"));
                EmbeddedServer standby = named.startStandby();
                Connection frozen = named.openJdbc()) {
            named.freezeBackends();
            named.awaitReplay(standby);
            assertTimesOut(frozen);
        }
    }

    @Test
    void aFrozenServerMustBeRestartable() throws Exception {
        try (Connection open = server.openJdbc()) {
            long before = server.postmasterPid();
            server.freeze();
            server.restart();
            assertThat(server.postmasterPid()).isNotEqualTo(before);
            assertThatThrownBy(() -> select(open)).isInstanceOf(SQLException.class);
        }
        try (Connection another = server.openJdbc()) {
            assertThat(answer(another)).isEqualTo("42");
            server.freezeBackends();
            server.restart();
        }
        try (Connection another = server.openJdbc()) {
            assertThat(answer(another)).isEqualTo("42");
        }
    }

    @Test
    void aFrozenServerMustBeClosable() throws Exception {
        ProcessHandle main = ProcessHandle.of(server.postmasterPid()).orElseThrow();
        List<ProcessHandle> children = main.descendants().toList();
        Path data;
        try (Connection open = server.openJdbc()) {
            data = Path.of(select(open, "SHOW data_directory"));
            server.freeze();
            server.close();
        }
        assertThat(main).matches(process -> !ProcessStamp.isRunning(process));
        assertThat(children).isNotEmpty().noneMatch(ProcessStamp::isRunning);
        assertThat(data.getParent()).doesNotExist();
        server.thaw();
        assertNotRunning(server::freeze);
        assertNotRunning(server::freezeBackends);
    }

    @Test
    void aStoppedServerMustNotBeFrozen() {
        server.freeze();
        server.stop();
        assertNotRunning(server::freeze);
        assertNotRunning(server::freezeBackends);
        server.thaw();
    }

    private static void assertNotRunning(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(IllegalStateException.class).hasMessageContaining("not running");
    }

    private static void assertTimesOut(Connection connection) throws SQLException {
        connection.setNetworkTimeout(Runnable::run, SHORT_MILLIS);
        assertThatThrownBy(() -> select(connection))
                .isInstanceOf(SQLException.class)
                .hasRootCauseInstanceOf(SocketTimeoutException.class);
    }

    private static boolean isStopped(ProcessHandle process) {
        return ProcessStamp.isRunning(process) && ProcessStamp.hasStopped(process);
    }

    private static String answer(Connection connection) {
        try {
            return select(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String select(Connection connection) throws SQLException {
        return select(connection, "SELECT 42");
    }

    private static String select(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
