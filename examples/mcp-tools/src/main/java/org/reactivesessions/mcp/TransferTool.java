package org.reactivesessions.mcp;

import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.server.McpServerFeatures.AsyncToolSpecification;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.JsonSchema;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Moves money, and says how that ended. */
final class TransferTool {

    private static final Map<String, Object> WHOLE = Map.of("type", "integer");
    private static final Tool TOOL = Tool.builder()
            .name("transfer")
            .description(
                    "Moves an amount from one account to another, as a whole or not at all. The status says how it ended: committed;"
                            + " rolled_back or not_started (nothing has changed); in_doubt (it may have taken effect: look at the balances before"
                            + " another attempt); refused (the arguments cannot be).")
            .inputSchema(new JsonSchema(
                    "object",
                    Map.of("from", WHOLE, "to", WHOLE, "amount", Map.of("type", "integer", "minimum", 1)),
                    List.of("from", "to", "amount"),
                    false,
                    null,
                    null))
            .outputSchema(Answers.schema(Ending.STATUSES))
            .build();

    private final Accounts accounts;
    private final McpJsonMapper json;

    TransferTool(Accounts accounts, McpJsonMapper json) {
        this.accounts = accounts;
        this.json = json;
    }

    AsyncToolSpecification specification() {
        return AsyncToolSpecification.builder()
                .tool(TOOL)
                .callHandler((exchange, request) -> call(request.arguments()))
                .build();
    }

    /** @param arguments a client may leave out all of them */
    private Mono<CallToolResult> call(@Nullable Map<String, Object> arguments) {
        return Mono.fromSupplier(() -> Wish.of(arguments == null ? Map.of() : arguments))
                .flatMap(this::carriedOut)
                .onErrorResume(IllegalArgumentException.class, refused -> Mono.just(Ending.refused(refused)))
                .map(this::answer);
    }

    private Mono<Ending> carriedOut(Wish wish) {
        return accounts.transfer(wish.from(), wish.to(), wish.amount())
                .then(Mono.fromSupplier(Ending::committed))
                .onErrorResume(error -> Mono.just(Ending.of(error)));
    }

    private CallToolResult answer(Ending ending) {
        return Answers.of(json, ending.status().equals(Ending.COMMITTED), ending.asMap());
    }
}
