package org.reactivesessions.mcp;

import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** What a tool answers: an object with a status, for programs and as text. */
final class Answers {

    private Answers() {}

    /** The schema of such an object. */
    static Map<String, Object> schema(List<String> statuses) {
        return Map.of(
                "type",
                "object",
                "properties",
                Map.of("status", Map.of("type", "string", "enum", statuses)),
                "required",
                List.of("status"));
    }

    static CallToolResult of(McpJsonMapper json, boolean good, Map<String, Object> answer) {
        try {
            return CallToolResult.builder()
                    .structuredContent(answer)
                    .addTextContent(json.writeValueAsString(answer))
                    .isError(!good)
                    .build();
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }
}
