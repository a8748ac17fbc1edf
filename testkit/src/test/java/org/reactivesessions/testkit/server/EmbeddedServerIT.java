package org.reactivesessions.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reactivesessions.testkit.server.Sql.execute;
import static org.reactivesessions.testkit.server.Sql.query;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class EmbeddedServerIT {

    @Test
    void theSharedServerMustBeOnePerJvm() {
        CompletableFuture<EmbeddedServer> elsewhere = CompletableFuture.supplyAsync(EmbeddedServer::shared);
        assertThat(EmbeddedServer.shared()).isSameAs(elsewhere.join());
    }

    @Test
    void theServerMustBePostgres18WithSettingsForTests() throws Exception {
        EmbeddedServer server = EmbeddedServer.shared();
        assertThat(show(server, "server_version")).startsWith("18.");
        assertThat(show(server, "max_connections")).isEqualTo("200");
        assertThat(show(server, "synchronous_commit")).isEqualTo("on");
        assertThat(show(server, "fsync")).isEqualTo("off");
        assertThat(show(server, "server_encoding")).isEqualTo("UTF8");
        assertThat(show(server, "is_superuser")).isEqualTo("on");
    }

    @Test
    void theServerMustListenOnLoopbackOnly() throws Exception {
        EmbeddedServer server = EmbeddedServer.shared();
        assertThat(server.host()).isEqualTo("127.0.0.1");
        assertThat(show(server, "listen_addresses")).isEqualTo("127.0.0.1");
        assertThat(show(server, "unix_socket_directories")).isEmpty();
        NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress())
                .forEach(address -> assertThatThrownBy(() -> {
                            try (Socket socket = new Socket()) {
                                socket.connect(new InetSocketAddress(address, server.port()), 1_000);
                            }
                        })
                        .as(address.toString())
                        .isInstanceOf(IOException.class));
    }

    @Test
    void aWrongPasswordMustBeRefused() {
        EmbeddedServer server = EmbeddedServer.shared();
        ServerAddress stranger =
                new ServerAddress(server.host(), server.port(), server.username(), "wrong", "postgres");
        assertThatThrownBy(stranger::open)
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("password authentication failed");
        assertThat(server.toString()).doesNotContain(server.password()).contains("postgres@127.0.0.1:");
    }

    @Test
    void aServerOfOnesOwnMustKeepPortAndDataOverARestart() throws Exception {
        EmbeddedServer server = EmbeddedServer.start(Map.of("application_name", "it's a \"test\"", "work_mem", "7MB"));
        try (server) {
            assertThat(show(server, "work_mem")).isEqualTo("7MB");
            Path data = Path.of(show(server, "data_directory"));
            execute(server, "CREATE TABLE kept AS SELECT 42 AS answer");
            long first = server.postmasterPid();

            server.stop();
            assertThat(ProcessHandle.of(first).filter(ProcessStamp::isRunning)).isEmpty();
            assertThatThrownBy(server::postmasterPid)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("not running");
            assertThatThrownBy(server::freshDatabase)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("postgres@127.0.0.1:" + server.port() + "/postgres did not run 'CREATE");

            server.restart();
            assertThat(query(server, "SELECT answer FROM kept")).isEqualTo("42");
            assertThat(server.postmasterPid()).isNotEqualTo(first);
            assertThat(Path.of(show(server, "data_directory"))).isEqualTo(data);

            ProcessHandle.of(server.postmasterPid()).orElseThrow().destroyForcibly();
            server.restart();
            assertThat(query(server, "SELECT answer FROM kept")).isEqualTo("42");

            execute(server, "UPDATE kept SET answer = 43");
            List<ProcessHandle> family = ProcessHandle.of(server.postmasterPid())
                    .orElseThrow()
                    .descendants()
                    .toList();
            server.crash();
            assertThat(family).isNotEmpty().noneMatch(ProcessStamp::isRunning);
            assertThatThrownBy(server::crash)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("not running");
            server.restart();
            assertThat(query(server, "SELECT answer FROM kept")).isEqualTo("43");

            long last = server.postmasterPid();
            server.close();
            server.close();
            assertThat(ProcessHandle.of(last).filter(ProcessStamp::isRunning)).isEmpty();
            assertThat(data.getParent()).doesNotExist();
            assertThatThrownBy(server::restart)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed. Start another one");
        }
    }

    @Test
    void aServerThatDoesNotStartMustShowItsLogAndLeaveNothing() throws Exception {
        long before = serverDirectories();
        assertThatThrownBy(() -> EmbeddedServer.start(Map.of("fsync", "perhaps")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the embedded PostgreSQL did not start")
                .hasMessageContaining("parameter \"fsync\" requires a Boolean value");
        assertThat(serverDirectories()).isEqualTo(before);
    }

    @Test
    void thePasswordMustBeHashedAsOftenAsTheSystemPropertySays() throws Exception {
        String secret =
                query(EmbeddedServer.shared(), "SELECT rolpassword FROM pg_authid WHERE rolname = current_user");

        assertThat(secret).startsWith("SCRAM-SHA-256$" + System.getProperty(ServerStart.ITERATIONS, "4096") + ":");
    }

    /** Those of this JVM; others come and go with other test runs on the machine. */
    private static long serverDirectories() throws Exception {
        try (var servers = Files.list(ServerRoot.ofCurrentUser().binaries().resolveSibling("servers"))) {
            return servers.filter(EmbeddedServerIT::isOurs).count();
        }
    }

    private static boolean isOurs(Path directory) {
        try {
            return Files.readAllLines(directory.resolve("owner"))
                    .equals(ProcessStamp.current().lines());
        } catch (IOException gone) {
            return false;
        }
    }

    private static String show(EmbeddedServer server, String setting) throws SQLException {
        return query(server, "SHOW " + setting);
    }
}
