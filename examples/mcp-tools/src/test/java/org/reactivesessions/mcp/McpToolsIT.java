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
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The program is started as a client starts it, and called by the SDK's client; its database is behind a proxy. */
@ExtendWith(PostgresExtension.class)
@Timeout(300)
class McpToolsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int TOGETHER = 400;

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

    /** The program makes it again. */
    @BeforeEach
    void dropTheTable() throws SQLException {
        try (Connection before = database.openJdbc();
                Statement statement = before.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS tool_account");
        }
    }

    @AfterEach
    void close() {
        client.closeGracefully().block(PATIENCE);
        proxy.close();
    }

    private CallToolResult transfer(Object from, Object to, Object amount) {
        return call("transfer", Map.of("from", from, "to", to, "amount", amount));
    }

    private CallToolResult call(String tool, @Nullable Map<String, Object> arguments) {
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

    /**
     * Some are answered at once by the thread that reads, some by those of the database; one that was lost would take those after it
     * along.
     */
    @Test
    void answersAtTheSameTimeMustAllArrive() {
        client.initialize().block(PATIENCE);

        assertThat(together(TOGETHER, call -> switch (call % 4) {
                    case 0 -> client.callTool(new CallToolRequest("transfer", Map.of("from", 1, "to", 1, "amount", 1)));
                    case 1 -> client.callTool(new CallToolRequest("health", Map.of()));
                    case 2 -> client.listTools();
                    default -> client.ping();
                }))
                .isEqualTo(TOGETHER);
    }

    @Test
    void transfersAtTheSameTimeMustAllBeAnswered() throws SQLException {
        client.initialize().block(PATIENCE);

        assertThat(together(
                        60,
                        call -> client.callTool(
                                        new CallToolRequest("transfer", Map.of("from", 1, "to", 2, "amount", 1)))
                                .filter(answer -> !answer.isError())))
                .isEqualTo(60);

        assertThat(balance(1)).isEqualTo(40);
        assertThat(balance(2)).isEqualTo(60);
    }

    /** Asks from one thread, because the client's transport refuses a message while another thread hands it one, as the server's. */
    private static long together(int calls, IntFunction<Mono<?>> call) {
        Scheduler asking = Schedulers.newSingle("asking", true);
        try {
            return Flux.range(0, calls)
                    .flatMap(number -> call.apply(number).subscribeOn(asking), 16)
                    .count()
                    .blockOptional(PATIENCE)
                    .orElseThrow();
        } finally {
            asking.dispose();
        }
    }

    @Test
    void aMissingArgumentMustBeSaid() throws SQLException {
        client.initialize().block(PATIENCE);
        Map<String, Object> withNull = new HashMap<>(Map.of("from", 1, "to", 2));
        withNull.put("amount", null);

        assertAnswer(call("transfer", null), false, "\"status\":\"refused\"", "from is missing");
        assertAnswer(call("transfer", Map.of()), false, "\"status\":\"refused\"", "from is missing");
        assertAnswer(call("transfer", Map.of("from", 1)), false, "\"status\":\"refused\"", "to is missing");
        assertAnswer(call("transfer", withNull), false, "\"status\":\"refused\"", "amount is missing");
        assertAnswer(transfer("one", 2, 1), false, "\"status\":\"refused\"", "from is not a whole number");
        assertAnswer(transfer(1, 2, 1.5), false, "\"status\":\"refused\"", "amount is not a whole number");
        assertAnswer(call("health", null), true, "\"status\":\"up\"");
        assertThat(balance(1)).isEqualTo(100);
    }
}
