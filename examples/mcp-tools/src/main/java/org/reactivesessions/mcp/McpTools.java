package org.reactivesessions.mcp;

import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.server.McpAsyncServer;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.transport.StdioServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import java.time.Duration;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.testkit.server.TestServers;

/**
 * The program: a server of the Model Context Protocol on standard input and output, with the tools {@code transfer} and {@code health}. It
 * works on the database that {@code DATABASE_URL} names, or on one that it brings along, and ends when its input does.
 */
public final class McpTools {

    private McpTools() {}

    /**
     * Runs the server until its input ends.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) throws InterruptedException {
        String given = System.getenv("DATABASE_URL");
        ReactiveSessions sessions = PostgresSessions.builder()
                .url(given == null ? TestServers.current().freshDatabase().url() : given)
                .pool(PoolOptions.defaults().maxSize(4).acquireTimeout(Duration.ofSeconds(30)))
                .build();
        Accounts accounts = new Accounts(sessions);
        accounts.create().block();

        UntilItsEnd input = new UntilItsEnd(System.in);
        McpJsonMapper json = McpJsonMapper.getDefault();
        McpAsyncServer server = McpServer.async(new OneByOne(new StdioServerTransportProvider(json, input, System.out)))
                .serverInfo("reactive-sessions-tools", "0.1.0")
                .capabilities(ServerCapabilities.builder().tools(false).build())
                .tools(new TransferTool(accounts, json).specification(), new HealthTool(sessions, json).specification())
                .build();
        input.awaitEnd();
        server.closeGracefully().then(sessions.close()).block();
        System.exit(0);
    }
}
