package org.reactivesessions.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Flux;

/** The program is started as a client starts it, and called by the SDK's client; its database is behind a proxy. */
@ExtendWith(PostgresExtension.class)
class McpToolsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final TestDatabase database;
    private final FaultProxy proxy;
    private final McpAsyncClient client;

    McpToolsIT(TestDatabase database) {
        this.database = database;
        this.proxy = FaultProxy.start(database.host(), database.port());
        this.client = McpClient.async(new StdioClientTransport(server(), McpJsonMapper.getDefault()))
                .requestTimeout(PATIENCE)
                .initializationTimeout(PATIENCE)
                .build();
    }

    private ServerParameters server() {
        String url = database.url().replace(database.host() + ":" + database.port(), proxy.host() + ":" + proxy.port());
        return ServerParameters.builder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString())
                .args("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), McpTools.class.getName())
                .addEnvVar("DATABASE_URL", url)
                .build();
    }

    @AfterEach
    void close() {
        client.closeGracefully().block(PATIENCE);
        proxy.close();
    }

    private CallToolResult transfer(Object from, Object to, Object amount) {
        return call("transfer", Map.of("from", from, "to", to, "amount", amount));
    }

    private CallToolResult call(String tool, Map<String, Object> arguments) {
        return Objects.requireNonNull(
                client.callTool(new CallToolRequest(tool, arguments)).block(PATIENCE));
    }

    private static void assertAnswer(CallToolResult result, boolean good, String... parts) {
        assertThat(result.isError()).isEqualTo(!good);
        assertThat(result.content())
                .singleElement()
                .satisfies(content -> assertThat(((TextContent) content).text())
                        .contains(parts)
                        .doesNotContain("localhost", "127.0.0.1", "UPDATE"));
        assertThat(String.valueOf(result.structuredContent())).contains("status=");
    }

    private long balance(long account) throws SQLException {
        try (Connection oracle = database.openJdbc();
                Statement statement = oracle.createStatement();
                ResultSet balance = statement.executeQuery("SELECT balance FROM tool_account WHERE id = " + account)) {
            assertThat(balance.next()).isTrue();
            return balance.getLong(1);
        }
    }

    @Test
    void everyAnswerMustSayHowItEnded() throws SQLException {
        client.initialize().block(PATIENCE);
        assertThat(Objects.requireNonNull(client.listTools().block(PATIENCE)).tools())
                .extracting(Tool::name)
                .containsExactlyInAnyOrder("transfer", "health");

        assertAnswer(call("health", Map.of()), true, "\"status\":\"up\"", "\"circuit\":\"closed\"", "\"max\":4");

        assertAnswer(transfer(1, 2, 30), true, "\"status\":\"committed\"");
        assertThat(balance(1)).isEqualTo(70);
        assertThat(balance(2)).isEqualTo(30);

        assertAnswer(transfer(1, 2, 71), false, "\"status\":\"rolled_back\"", "has not that much");
        assertAnswer(transfer(1, 3, 10), false, "\"status\":\"rolled_back\"", "there is no account 3");
        assertAnswer(transfer(1, 1, 10), false, "\"status\":\"refused\"");
        assertAnswer(transfer(1, 2, 0), false, "\"status\":\"refused\"");
        assertThat(balance(1)).isEqualTo(70);

        proxy.cut(FrameMatch.fromServer('C').answering("^COMMIT$").nth(1));
        assertAnswer(transfer(1, 2, 20), false, "\"status\":\"in_doubt\"", "look at the balances");
        assertThat(balance(1)).as("this time it took effect").isEqualTo(50);

        proxy.closePort();
        proxy.severAll();
        assertAnswer(call("health", Map.of()), false, "\"status\":\"down\"");
        assertAnswer(transfer(1, 2, 10), false, "\"status\":\"not_started\"", "does not answer", "retryAfterMillis");
        assertThat(balance(1)).isEqualTo(50);
    }

    /** Some are answered at once, some by other threads. */
    @Test
    void answersAtTheSameTimeMustAllArrive() {
        client.initialize().block(PATIENCE);
        Map<String, Object> refused = Map.of("from", 1, "to", 1, "amount", 1);
        assertThat(Flux.range(0, 200)
                        .flatMap(
                                call -> client.callTool(
                                        call % 2 == 0
                                                ? new CallToolRequest("transfer", refused)
                                                : new CallToolRequest("health", Map.of())),
                                16)
                        .count()
                        .block(PATIENCE))
                .isEqualTo(200);
    }
}
