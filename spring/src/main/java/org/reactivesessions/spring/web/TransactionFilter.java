package org.reactivesessions.spring.web;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import org.springframework.web.util.pattern.PatternParseException;
import reactor.core.publisher.Mono;

/** Requests of certain paths, each in a transaction. Immutable. */
final class TransactionFilter implements WebFilter, Ordered {

    private final RequestTransactions transactions;
    private final List<PathPattern> patterns;

    TransactionFilter(RequestTransactions transactions, String... paths) {
        if (paths.length == 0) {
            throw new IllegalArgumentException("there must be at least one path, such as \"/orders/**\"");
        }
        this.transactions = transactions;
        List<PathPattern> parsed = new ArrayList<>();
        for (String path : paths) {
            parsed.add(pattern(path));
        }
        this.patterns = List.copyOf(parsed);
    }

    private static PathPattern pattern(String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("a path must begin with \"/\", but was \"" + path + "\"; write \"/"
                    + path + "\" if that is what is meant");
        }
        try {
            return PathPatternParser.defaultInstance.parse(path);
        } catch (PatternParseException wrong) {
            throw new IllegalArgumentException(
                    "a path must be a pattern such as \"/orders/**\", but was \"" + path + "\": " + wrong.getMessage()
                            + " (at " + wrong.getPosition() + ")",
                    wrong);
        }
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        PathPattern pattern = CorsUtils.isPreFlightRequest(exchange.getRequest()) ? null : matching(exchange);
        if (pattern == null) {
            return chain.filter(exchange);
        }
        return ReadRequest.of(exchange, transactions.maxBuffered())
                .flatMap(request -> inTransaction(pattern, exchange, request, chain));
    }

    private Mono<Void> inTransaction(
            PathPattern pattern, ServerWebExchange exchange, ServerHttpRequest request, WebFilterChain chain) {
        HeldResponse answer = new HeldResponse(exchange.getResponse(), transactions.maxBuffered());
        HeldExchange inside = new HeldExchange(exchange, request, answer);
        return transactions
                .run(
                        transactions.options().named(pattern.getPatternString()),
                        inside,
                        answer,
                        Mono.defer(() -> chain.filter(inside)))
                .then(Mono.defer(() -> answer.releaseTo(exchange.getResponse())));
    }

    private @Nullable PathPattern matching(ServerWebExchange exchange) {
        PathContainer path = exchange.getRequest().getPath().pathWithinApplication();
        for (PathPattern pattern : patterns) {
            if (pattern.matches(path)) {
                return pattern;
            }
        }
        return null;
    }

    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE;
    }
}
