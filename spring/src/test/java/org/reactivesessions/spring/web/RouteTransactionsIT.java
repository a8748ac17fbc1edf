package org.reactivesessions.spring.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpResponse;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Functional routes in transactions: by a filter of the routes, and by that inside a transaction of the path. */
@ExtendWith(PostgresExtension.class)
class RouteTransactionsIT {

    private final TestDatabase database;

    RouteTransactionsIT(TestDatabase database) {
        this.database = database;
    }

    /** The same routes inside and outside of the paths that are transactions. */
    private Shop shop(UnaryOperator<RouterFunctions.Builder> outer) {
        return Shop.routed(
                database,
                (sessions, routes) -> outer.apply(routes)
                        .path(
                                "/{where}",
                                inner -> inner.POST("/joined", request -> joined(sessions))
                                        .POST("/status/{status}", request -> status(sessions, request))
                                        .POST(
                                                "/error",
                                                request -> Shop.insert(sessions, 1)
                                                        .then(Mono.error(new IllegalStateException("error"))))
                                        .POST(
                                                "/twice",
                                                request -> Shop.insert(sessions, 1)
                                                        .then(Shop.insert(sessions, 1))
                                                        .then(ServerResponse.created(URI.create("/1"))
                                                                .build()))
                                        .POST(
                                                "/safely",
                                                request -> SessionProblems.safely(Shop.insert(sessions, 1)
                                                        .then(sessions.withTransaction(session -> session.sql(
                                                                        "DO $$ BEGIN RAISE SQLSTATE '40001'; END $$")
                                                                .rowsUpdated()))
                                                        .then(ServerResponse.ok()
                                                                .build())))
                                        .POST(
                                                "/large",
                                                request -> Shop.insert(sessions, 1)
                                                        .then(ServerResponse.ok()
                                                                .bodyValue("x".repeat(1001))))
                                        .POST(
                                                "/nothing",
                                                request ->
                                                        Shop.insert(sessions, 1).then(Mono.empty()))
                                        .filter(RequestTransactions.of(sessions)
                                                .maxBuffered(1000)
                                                .handlerFilter())));
    }

    private static Mono<ServerResponse> joined(ReactiveSessions sessions) {
        return Mono.zip(Shop.transaction(sessions), Shop.transaction(sessions))
                .flatMap(two -> Shop.insert(sessions, 1)
                        .then(ServerResponse.ok().bodyValue(two.getT1().equals(two.getT2()))));
    }

    /** With what is in the request. */
    private static Mono<ServerResponse> status(ReactiveSessions sessions, ServerRequest request) {
        return Shop.insert(sessions, 1)
                .then(request.bodyToMono(String.class).defaultIfEmpty("nothing"))
                .flatMap(body -> ServerResponse.status(Integer.parseInt(request.pathVariable("status")))
                        .header("X-Where", request.pathVariable("where"))
                        .bodyValue(body));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/tx", "/plain"})
    void routesMustBeTransactions(String where) {
        try (Shop shop = shop(routes -> routes)) {
            HttpResponse<String> joined = shop.web().post(where + "/joined", "");
            assertThat(joined.statusCode()).isEqualTo(200);
            assertThat(joined.body()).isEqualTo("true");
            assertThat(shop.rows()).isEqualTo(1);

            shop.run("TRUNCATE item");
            HttpResponse<String> conflict = shop.web().post(where + "/status/409", "the body");
            assertThat(conflict.statusCode()).isEqualTo(409);
            assertThat(conflict.body()).isEqualTo("the body");
            assertThat(conflict.headers().firstValue("X-Where")).hasValue(where.substring(1));
            assertThat(shop.rows()).isEqualTo(1);

            shop.run("TRUNCATE item");
            HttpResponse<String> failed = shop.web().post(where + "/status/503", "");
            assertThat(failed.statusCode()).isEqualTo(503);
            assertThat(failed.body()).isEqualTo("nothing");
            assertThat(shop.web().post(where + "/error", "").statusCode()).isEqualTo(500);
            HttpResponse<String> twice = shop.web().post(where + "/twice", "");
            assertThat(twice.statusCode()).isEqualTo(500);
            assertThat(twice.headers().firstValue("Location")).isEmpty();
            HttpResponse<String> safely = shop.web().post(where + "/safely", "");
            assertThat(safely.statusCode()).isEqualTo(409);
            assertThat(safely.body()).contains("urn:reactive-sessions:problem:conflict");
            HttpResponse<String> large = shop.web().post(where + "/large", "");
            assertThat(large.statusCode()).isEqualTo(500);
            assertThat(large.body()).contains("urn:reactive-sessions:problem:answer-too-large");
            assertThat(shop.web().post(where + "/nothing", "").statusCode()).isEqualTo(500);
            assertThat(shop.web().post(where + "/status/200", "x".repeat(1001)).statusCode())
                    .isEqualTo(413);
            assertThat(shop.rows()).isZero();
        }
    }

    @Test
    void filtersAroundMustHearOfCommit() {
        try (Shop shop = shop(routes -> routes.onError(
                error -> !(error instanceof DataIntegrityViolationException),
                (error, request) ->
                        ServerResponse.status(418).bodyValue(error.getClass().getSimpleName())))) {
            HttpResponse<String> twice = shop.web().post("/plain/twice", "");
            assertThat(twice.statusCode()).isEqualTo(418);
            assertThat(twice.body()).isEqualTo("IntegrityViolationException");
        }
    }

    @Test
    void filtersAroundMustSeeTheAnswer() {
        try (Shop shop = shop(routes -> routes.after((request, answer) -> {
            assertThat(answer.headers().getFirst("X-Where")).isEqualTo("plain");
            assertThat(answer.cookies()).isEmpty();
            assertThat(answer.statusCode().value()).isEqualTo(201);
            return answer;
        }))) {
            assertThat(shop.web().post("/plain/status/201", "").statusCode()).isEqualTo(201);
        }
    }
}
