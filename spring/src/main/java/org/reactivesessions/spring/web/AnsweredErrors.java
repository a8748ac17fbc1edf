package org.reactivesessions.spring.web;

import java.util.Objects;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.Ordered;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.reactive.HandlerResult;
import org.springframework.web.reactive.HandlerResultHandler;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Sees what {@code @ExceptionHandler} methods answer, so that the transaction of a request is rolled back by an error also where it
 * has an answer, whatever the status. One bean of it beside {@link RequestTransactions}; the answer itself is written by whoever would
 * have written it. Thread-safe.
 *
 * @since 0.1
 */
public final class AnsweredErrors implements HandlerResultHandler, Ordered {

    private final ObjectProvider<HandlerResultHandler> handlers;

    /**
     * Makes it.
     *
     * @param handlers all of the application's, of which this one is one
     */
    public AnsweredErrors(ObjectProvider<HandlerResultHandler> handlers) {
        this.handlers = Objects.requireNonNull(handlers, "handlers must not be null");
    }

    @Override
    public boolean supports(HandlerResult result) {
        return result.getReturnTypeSource().hasMethodAnnotation(ExceptionHandler.class);
    }

    @Override
    public Mono<Void> handleResult(ServerWebExchange exchange, HandlerResult result) {
        RequestTransactions.rollBack(exchange);
        return handlers.orderedStream()
                .filter(handler -> handler != this && handler.supports(result))
                .findFirst()
                .map(handler -> handler.handleResult(exchange, result))
                .orElseGet(() -> Mono.error(new IllegalStateException(
                        "nothing writes what " + result.getReturnTypeSource().getExecutable() + " returns")));
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }
}
