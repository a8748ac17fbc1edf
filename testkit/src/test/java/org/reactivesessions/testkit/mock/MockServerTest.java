package org.reactivesessions.testkit.mock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MockServerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int PROTOCOL_3 = 196_608;
    private static final int CODE_SSL = 80_877_103;

    /** A client whose every byte is written here. */
    private record Client(Socket socket, DataInputStream in, DataOutputStream out) implements AutoCloseable {

        static Client of(MockServer server) throws IOException {
            Socket socket = new Socket(server.host(), server.port());
            return new Client(
                    socket,
                    new DataInputStream(socket.getInputStream()),
                    new DataOutputStream(socket.getOutputStream()));
        }

        void untyped(int code, String rest) throws IOException {
            byte[] bytes = rest.getBytes(StandardCharsets.UTF_8);
            out.writeInt(8 + bytes.length);
            out.writeInt(code);
            out.write(bytes);
        }

        void typed(char type, String body) throws IOException {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            out.writeByte(type);
            out.writeInt(4 + bytes.length);
            out.write(bytes);
        }

        void mustGet(ServerMessage message) throws IOException {
            byte[] expected = message.bytes();
            assertThat(in.readNBytes(expected.length)).isEqualTo(expected);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static Connection jdbc(MockServer server, String options) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://" + server.host() + ":" + server.port()
                + "/db?user=me&password=secret&preferQueryMode=simple&" + options);
    }

    @Test
    void aRealClientMustBeServed() throws Exception {
        Answers answers = Answers.standard().toRow("^SELECT 'x'", "first", "second");
        try (MockServer server = MockServer.start(Script.empty().letIn().serve(answers))) {
            try (Connection connection = jdbc(server, "sslmode=disable&ApplicationName=mocked");
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT 'x'")) {
                assertThat(row.next()).isTrue();
                assertThat(row.getString(2)).isEqualTo("second");
                assertThat(row.next()).isFalse();
            }
            server.awaitNobody(PATIENCE);
            assertThat(server.heard()).hasSize(1);
            assertThat(server.heard().get(0).get(0).parameters())
                    .containsEntry("user", "me")
                    .containsEntry("database", "db");
            assertThat(server.hasHeard(message -> message.text().equals("SELECT 'x'")))
                    .isTrue();
            assertThat(server.hasHeard(message -> message.type() == 'p')).isFalse();
        }
    }

    @Test
    void aPasswordMustBeHeardAndNotShown() throws Exception {
        Script script = Script.empty()
                .expectStartup()
                .send(ServerMessage.authenticationClearText())
                .expectPassword()
                .send(ServerMessage.error("FATAL", "28P01", "no"));
        try (MockServer server = MockServer.start(script)) {
            assertThatThrownBy(() -> jdbc(server, "sslmode=disable"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            error -> assertThat(error.getSQLState()).isEqualTo("28P01"));
            server.awaitNobody(PATIENCE);
            assertThat(server.hasHeard(
                            message -> message.type() == 'p' && message.text().equals("secret")))
                    .isTrue();
            assertThat(server.heard().toString()).doesNotContain("secret").contains("start-up", "'p'");
        }
    }

    @Test
    void scramMustBeAnsweredWithTheNonceOfTheClient() throws Exception {
        Script script = Script.empty()
                .expectStartup()
                .send(ServerMessage.authenticationSasl("SCRAM-SHA-256"))
                .expectPassword()
                .sendScramFirst(4_096)
                .expectPassword();
        try (MockServer server = MockServer.start(script)) {
            assertThatThrownBy(() -> jdbc(server, "sslmode=disable")).isInstanceOf(SQLException.class);
            server.awaitNobody(PATIENCE);
            assertThat(server.hasHeard(message -> new String(message.body(), StandardCharsets.UTF_8).contains(",p=")))
                    .as("the proof of the client")
                    .isTrue();
        }
    }

    @Test
    void whatIsSentMustBeWhatTheScriptSays() throws Exception {
        ServerMessage lie = ServerMessage.ofLength('D', Integer.MAX_VALUE, (byte) 7);
        Script script = Script.empty()
                .expectEncryptionRequest()
                .send(ServerMessage.raw((byte) 'N'))
                .expectStartup()
                .inPiecesOf(1)
                .send(ServerMessage.negotiateProtocolVersion(0, "a"), lie)
                .expectQuery("^select");
        try (MockServer server = MockServer.start(script);
                Client client = Client.of(server)) {
            client.untyped(CODE_SSL, "");
            client.mustGet(ServerMessage.raw((byte) 'N'));
            client.untyped(PROTOCOL_3, "user\0me\0\0");
            client.mustGet(ServerMessage.of('v', new byte[] {0, 0, 0, 0, 0, 0, 0, 1, 'a', 0}));
            client.mustGet(ServerMessage.raw(new byte[] {'D', 127, (byte) 255, (byte) 255, (byte) 255, 7}));
            client.typed('Q', "SELECT 1\0");
            assertThat(client.in().read()).as("the end of the script").isEqualTo(-1);
        }
    }

    @Test
    void silenceMustGoOnUntilTheClientLeaves() throws Exception {
        try (MockServer server = MockServer.start(Script.empty()
                .expectEncryptionRequest()
                .send(ServerMessage.raw((byte) 'S'))
                .fallSilent())) {
            try (Client client = Client.of(server)) {
                client.untyped(CODE_SSL, "");
                client.mustGet(ServerMessage.raw((byte) 'S'));
                client.out().write(22);
                assertThatThrownBy(() -> server.awaitNobody(Duration.ofMillis(1)))
                        .isInstanceOf(AssertionError.class);
            }
            server.awaitNobody(PATIENCE);
            assertThat(server.hasHeard(message -> message.type() == ClientMessage.OPAQUE && message.body()[0] == 22))
                    .isTrue();
        }
    }

    @Test
    void whatTheScriptDoesNotExpectMustFailTheTest() throws Exception {
        MockServer server = MockServer.start(Script.empty().expectStartup().expectPassword());
        try (Client client = Client.of(server)) {
            client.untyped(PROTOCOL_3, "user\0me\0\0");
            client.typed('Q', "SELECT 1\0");
            assertThat(client.in().read()).isEqualTo(-1);
        }
        server.awaitNobody(PATIENCE);

        assertThatThrownBy(server::close)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("expected a password, but the client said 'Q' SELECT 1");
    }

    @Test
    void whoLeavesEarlyMustNotFailTheTest() throws Exception {
        try (MockServer server = MockServer.start(Script.empty().letIn().serve(Answers.standard()))) {
            try (Client client = Client.of(server)) {
                client.untyped(PROTOCOL_3, "user\0me\0\0");
                client.mustGet(ServerMessage.authenticationOk());
            }
            server.awaitNobody(PATIENCE);
        }
    }
}
