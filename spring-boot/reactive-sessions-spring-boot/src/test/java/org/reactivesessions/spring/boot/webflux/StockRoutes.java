package org.reactivesessions.spring.boot.webflux;

import static org.reactivesessions.spring.web.SessionProblems.safely;
import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import java.time.Duration;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.spring.web.RequestTransactions;
import org.reactivesessions.transaction.TransactionOptions;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Functional routes. */
@Configuration(proxyBeanMethods = false)
class StockRoutes {

    // spotless:off
    // tag::routes[]
    @Bean
    RouterFunction<ServerResponse> stock(ReactiveSessions sessions) {
        TransactionOptions restock = TransactionOptions.defaults().named("restock").timeout(Duration.ofSeconds(5));
        return route()
            .GET("/stock", request -> safely(
                pieces(sessions).flatMap(pieces -> ServerResponse.ok().bodyValue(pieces))))
            .add(route()
                .POST("/stock/{pieces}", request ->
                    add(sessions, Long.parseLong(request.pathVariable("pieces")))
                        .then(pieces(sessions))
                        .flatMap(pieces -> ServerResponse.ok().bodyValue(pieces)))
                .filter(RequestTransactions.of(sessions).options(restock).handlerFilter())
                .build())
            .build();
    }
    // end::routes[]
    // spotless:on

    private static Mono<Long> pieces(ReactiveSessions sessions) {
        return sessions.withTransaction(
                TransactionOptions.defaults().readOnly(),
                session -> session.sql("SELECT pieces FROM stock").one(row -> row.get(0, Long.class)));
    }

    private static Mono<Long> add(ReactiveSessions sessions, long pieces) {
        return sessions.withTransaction(session ->
                session.sql("UPDATE stock SET pieces = pieces + $1", pieces).rowsUpdated());
    }
}
