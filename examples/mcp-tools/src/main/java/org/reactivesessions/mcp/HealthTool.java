package org.reactivesessions.mcp;

import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.server.McpServerFeatures.AsyncToolSpecification;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.JsonSchema;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.health.HealthReport;
import org.reactivesessions.health.HealthStatus;
import org.reactivesessions.pool.PoolStatus;

/** Says how the database is, whatever the pool is doing. The address is not in it. */
final class HealthTool {

    private static final Tool TOOL = Tool.builder()
            .name("health")
            .description(
                    "Says whether the database answers: up; saturated (it answers, but every connection is in use); read_only; down.")
            .inputSchema(new JsonSchema("object", Map.of(), List.of(), false, null, null))
            .outputSchema(Answers.schema(
                    Arrays.stream(HealthStatus.values()).map(HealthTool::name).toList()))
            .build();

    private final ReactiveSessions sessions;
    private final McpJsonMapper json;

    HealthTool(ReactiveSessions sessions, McpJsonMapper json) {
        this.sessions = sessions;
        this.json = json;
    }

    AsyncToolSpecification specification() {
        return AsyncToolSpecification.builder()
                .tool(TOOL)
                .callHandler((exchange, request) -> sessions.health().map(this::answer))
                .build();
    }

    private CallToolResult answer(HealthReport report) {
        PoolStatus pool = sessions.poolStatus();
        return Answers.of(
                json,
                report.isHealthy(),
                Map.of(
                        "status",
                        name(report.status()),
                        "latencyMillis",
                        report.latency().toMillis(),
                        "circuit",
                        report.circuit().name().toLowerCase(Locale.ROOT),
                        "pool",
                        Map.of("acquired", pool.acquired(), "pending", pool.pending(), "max", pool.maxSize())));
    }

    private static String name(HealthStatus status) {
        return status.name().toLowerCase(Locale.ROOT);
    }
}
