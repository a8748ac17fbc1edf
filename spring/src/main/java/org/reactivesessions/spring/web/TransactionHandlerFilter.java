package org.reactivesessions.spring.web;

import java.util.List;
import org.springframework.http.codec.HttpMessageWriter;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.reactive.function.server.HandlerFilterFunction;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.HandlerStrategies;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.reactive.result.view.ViewResolver;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Requests of certain routes, each in a transaction. Immutable. */
final class TransactionHandlerFilter implements HandlerFilterFunction<ServerResponse, ServerResponse> {

    private final RequestTransactions transactions;
    private final ServerResponse.Context writing;

    TransactionHandlerFilter(RequestTransactions transactions, HandlerStrategies strategies) {
        this.transactions = transactions;
        this.writing = new Writing(strategies.messageWriters(), strategies.viewResolvers());
    }

    /** What an answer is written with. */
    private record Writing(List<HttpMessageWriter<?>> messageWriters, List<ViewResolver> viewResolvers)
            implements ServerResponse.Context {}

    @Override
    public Mono<ServerResponse> filter(ServerRequest request, HandlerFunction<ServerResponse> next) {
        return ReadRequest.of(request.exchange(), transactions.maxBuffered())
                .flatMap(read -> inTransaction(request, read, next));
    }

    private Mono<ServerResponse> inTransaction(
            ServerRequest request, ServerHttpRequest read, HandlerFunction<ServerResponse> next) {
        ServerWebExchange exchange = request.exchange();
        HeldResponse answer = new HeldResponse(exchange.getResponse(), transactions.maxBuffered());
        HeldExchange inside = new HeldExchange(exchange, read, answer);
        ServerRequest again = read == exchange.getRequest()
                ? request
                : ServerRequest.from(request).body(read.getBody()).build();
        Mono<Void> handler = Mono.defer(() -> next.handle(again))
                .switchIfEmpty(Mono.error(() -> new IllegalStateException("the handler has answered nothing")))
                .flatMap(response -> response.writeTo(inside, writing));
        return transactions
                .run(transactions.options(), inside, answer, handler)
                .then(Mono.fromSupplier(() -> new HeldAnswer(answer)));
    }
}
