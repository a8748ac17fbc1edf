package org.reactivesessions.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.spring.LogLines;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseCookie;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.reactive.socket.server.support.HandshakeWebSocketService;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Requests of certain paths are transactions, whoever answers them. */
@ExtendWith(PostgresExtension.class)
class RequestTransactionsIT {

    private final TestDatabase database;

    RequestTransactionsIT(TestDatabase database) {
        this.database = database;
    }

    @Test
    void whatIsInsideMustJoinTheTransactionOfTheRequest() {
        try (Shop shop = Shop.routed(
                database,
                (sessions, routes) -> routes.POST(
                                "/tx/items",
                                request -> Mono.zip(Shop.transaction(sessions), Shop.transaction(sessions))
                                        .flatMap(two -> Shop.insert(sessions, 1)
                                                .then(ServerResponse.created(URI.create("/items/1"))
                                                        .cookie(ResponseCookie.from("seen", "yes")
                                                                .build())
                                                        .bodyValue(two.getT1().equals(two.getT2())))))
                        .POST(
                                "/items",
                                request -> Shop.transaction(sessions)
                                        .zipWith(Shop.transaction(sessions))
                                        .flatMap(two -> ServerResponse.ok()
                                                .bodyValue(two.getT1().equals(two.getT2())))))) {
            HttpResponse<String> answer = shop.web().post("/tx/items", "");
            assertThat(answer.statusCode()).isEqualTo(201);
            assertThat(answer.body()).isEqualTo("true");
            assertThat(answer.headers().firstValue("Location")).hasValue("/items/1");
            assertThat(answer.headers().firstValue("Set-Cookie")).hasValue("seen=yes");
            assertThat(shop.rows()).isEqualTo(1);
            assertThat(shop.web().post("/items", "").body())
                    .as("a path that was not asked for")
                    .isEqualTo("false");
        }
    }

    @Test
    void theTransactionMustBeNamedAsItsPath() {
        List<String> names = new CopyOnWriteArrayList<>();
        try (Shop shop = Shop.routed(
                database,
                (sessions, routes) -> routes.GET("/tx/{id}", request -> {
                    sessions.activeSessions().forEach(active -> names.add(active.name()));
                    return ServerResponse.ok().build();
                }))) {
            assertThat(shop.web().get("/tx/17").statusCode()).isEqualTo(200);
            assertThat(names).containsExactly("/tx/**");
        }
    }

    @ParameterizedTest
    @CsvSource({"200,1", "404,1", "499,1", "500,0", "503,0"})
    void theStatusMustDecideAndBeSent(int status, int rows) {
        try (Shop shop = Shop.routed(
                database,
                (sessions, routes) -> routes.POST(
                        "/tx/items",
                        request -> Shop.insert(sessions, 1)
                                .then(ServerResponse.status(status).bodyValue("as the handler says"))))) {
            HttpResponse<String> answer = shop.web().post("/tx/items", "");
            assertThat(answer.statusCode()).isEqualTo(status);
            assertThat(answer.body()).isEqualTo("as the handler says");
            assertThat(shop.rows()).isEqualTo(rows);
        }
    }

    @Test
    void anAnswerThatRollsBackMustBeNoErrorInTheLog() {
        try (LogLines log = new LogLines();
                Shop shop = Shop.routed(
                        database,
                        (sessions, routes) -> routes.POST(
                                "/tx/items",
                                request -> Shop.insert(sessions, 1)
                                        .then(ServerResponse.status(503).build())))) {
            assertThat(shop.web().post("/tx/items", "").statusCode()).isEqualTo(503);
            assertThat(shop.rows()).isZero();
            assertThat(log.seen())
                    .anySatisfy(line ->
                            assertThat(line).startsWith("DEBUG").contains("rolled back as its function has asked"))
                    .noneMatch(line -> line.startsWith("ERROR") || line.startsWith("WARN"));
        }
    }

    @Test
    void anErrorMustRollBackAndBeAnswered() {
        try (Shop shop = Shop.routed(
                database,
                (sessions, routes) -> routes.POST(
                        "/tx/items",
                        request -> Shop.insert(sessions, 1)
                                .then(Mono.error(new ResponseStatusException(HttpStatus.PAYMENT_REQUIRED)))))) {
            assertThat(shop.web().post("/tx/items", "").statusCode()).isEqualTo(402);
            assertThat(shop.rows()).isZero();
        }
    }

    /** Answers its own errors, as many do. */
    @RestController
    static final class Controller {

        private final ReactiveSessions sessions;

        Controller(ReactiveSessions sessions) {
            this.sessions = sessions;
        }

        @PostMapping("/tx/good")
        @ResponseStatus(HttpStatus.CREATED)
        Mono<String> good() {
            return Shop.insert(sessions, 1).map(String::valueOf);
        }

        @PostMapping("/tx/bad")
        Mono<String> bad() {
            return Shop.insert(sessions, 2).then(Mono.error(new IllegalStateException("bad")));
        }

        /** Fails when a part of the answer is there. */
        @PostMapping(path = "/tx/half", produces = "text/event-stream")
        Flux<String> half() {
            return Flux.concat(Mono.just("first"), Shop.insert(sessions, 3).then(Mono.error(new LateException())));
        }

        @ExceptionHandler
        @ResponseStatus(HttpStatus.CONFLICT)
        String answer(IllegalStateException error) {
            return "answered: " + error.getMessage();
        }
    }

    @Test
    void anErrorThatAnExceptionHandlerHasAnsweredMustRollBack() {
        try (Shop shop = Shop.with(
                database,
                (sessions, context) -> context.registerBean(Controller.class, () -> new Controller(sessions)))) {
            HttpResponse<String> good = shop.web().post("/tx/good", "");
            assertThat(good.statusCode()).isEqualTo(201);
            assertThat(good.body()).isEqualTo("1");
            assertThat(shop.rows()).isEqualTo(1);

            HttpResponse<String> bad = shop.web().post("/tx/bad", "");
            assertThat(bad.statusCode()).isEqualTo(409);
            assertThat(bad.body()).isEqualTo("answered: bad");
            assertThat(shop.rows()).isEqualTo(1);
        }
    }

    /** Too late: of the errors in a body, only those before its first byte can be answered. */
    @RestControllerAdvice
    static final class LateAdvice {

        @ExceptionHandler
        @ResponseStatus(HttpStatus.CONFLICT)
        String answer(LateException error) {
            return "answered: " + error.getMessage();
        }
    }

    /** Has an answer, if it is not the advice's. */
    @ResponseStatus(HttpStatus.GONE)
    static final class LateException extends RuntimeException {

        private static final long serialVersionUID = 1L;
    }

    @Test
    void anErrorInTheMiddleOfTheBodyMustRollBackAndSendNothingOfIt() {
        try (Shop shop = Shop.with(database, (sessions, context) -> {
            context.registerBean(Controller.class, () -> new Controller(sessions));
            context.registerBean(LateAdvice.class);
        })) {
            HttpResponse<String> half = shop.web().post("/tx/half", "");
            assertThat(half.statusCode()).isEqualTo(410);
            assertThat(half.body()).doesNotContain("first");
            assertThat(shop.rows()).isZero();
        }
    }

    @Test
    void aHalfBodyMustNotBeSentEvenIfNobodyMindsItsError() {
        DefaultDataBufferFactory buffers = DefaultDataBufferFactory.sharedInstance;
        try (Shop shop = Shop.routed(
                database,
                (sessions, routes) -> routes.POST(
                        "/tx/half",
                        request -> ServerResponse.ok()
                                .body((message, context) -> message.writeWith(Flux.concat(
                                                Mono.just(buffers.wrap(new byte[] {'a'})),
                                                Shop.insert(sessions, 1).then(Mono.error(new LateException()))))
                                        .onErrorComplete())))) {
            HttpResponse<String> half = shop.web().post("/tx/half", "");
            assertThat(half.statusCode()).isEqualTo(410);
            assertThat(half.body()).isEmpty();
            assertThat(shop.rows()).isZero();
        }
    }

    @Test
    void whoAnswersSafelyMustRollBackWithTheSameAnswer() {
        try (Shop shop = Shop.routed(
                database,
                (sessions, routes) -> routes.POST(
                                "/tx/conflict",
                                request -> SessionProblems.safely(Shop.insert(sessions, 1)
                                        .then(sessions.withTransaction(
                                                session -> session.sql("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$")
                                                        .rowsUpdated()))
                                        .then(ServerResponse.ok().build())))
                        .POST("/tx/asked", request -> {
                            RequestTransactions.rollBack(request.exchange());
                            return Shop.insert(sessions, 1)
                                    .then(ServerResponse.ok().bodyValue("tried"));
                        }))) {
            HttpResponse<String> conflict = shop.web().post("/tx/conflict", "");
            assertThat(conflict.statusCode()).isEqualTo(409);
            assertThat(conflict.body()).contains("urn:reactive-sessions:problem:conflict");
            assertThat(shop.rows()).isZero();

            HttpResponse<String> asked = shop.web().post("/tx/asked", "");
            assertThat(asked.statusCode()).isEqualTo(200);
            assertThat(asked.body()).isEqualTo("tried");
            assertThat(shop.rows()).isZero();
        }
    }

    @Test
    void anErrorOfCommitMustBeTheAnswer() {
        try (Shop shop = Shop.routed(
                database,
                (sessions, routes) -> routes.POST(
                        "/tx/twice",
                        request -> Shop.insert(sessions, 1)
                                .then(Shop.insert(sessions, 1)) // the constraint is deferred
                                .then(ServerResponse.created(URI.create("/items/1"))
                                        .cookie(ResponseCookie.from("seen", "yes")
                                                .build())
                                        .bodyValue("created"))))) {
            HttpResponse<String> answer = shop.web().post("/tx/twice", "");
            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(answer.body()).doesNotContain("created");
            assertThat(answer.headers().map()).doesNotContainKeys("location", "set-cookie", "content-type");
            assertThat(shop.rows()).isZero();
        }
    }

    private static Flux<String> numbers(ReactiveSessions sessions, int most) {
        return sessions.withTransactionMany(session -> session.sql("SELECT n FROM generate_series(1, $1) n", most)
                .all(row -> row.get(0, Integer.class) + "\n"));
    }

    private static Shop streaming(TestDatabase database) {
        return Shop.routed(
                database,
                transactions -> transactions.maxBuffered(1000),
                (sessions, routes) -> routes.POST(
                        "/tx/numbers/{most}",
                        request -> Shop.insert(sessions, 1)
                                .then(ServerResponse.ok()
                                        .contentType(MediaType.TEXT_PLAIN)
                                        .body(
                                                numbers(sessions, Integer.parseInt(request.pathVariable("most"))),
                                                String.class))));
    }

    @Test
    void aBodyThatStreamsMustBeReadInTheTransaction() {
        try (Shop shop = streaming(database)) {
            HttpResponse<String> answer = shop.web().post("/tx/numbers/277", "");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).hasSize(1000).startsWith("1\n2\n").endsWith("277\n");
            assertThat(shop.rows()).isEqualTo(1);
        }
    }

    @Test
    void aBodyThatIsTooLargeMustRollBack() {
        try (Shop shop = streaming(database)) {
            HttpResponse<String> answer = shop.web().post("/tx/numbers/278", "");
            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
            assertThat(answer.body())
                    .contains("urn:reactive-sessions:problem:answer-too-large", "\"outcome\":\"ROLLED_BACK\"");
            assertThat(shop.rows()).isZero();
        }
    }

    @Test
    void theBodyOfARequestMustReachTheHandler() {
        try (Shop shop = Shop.routed(
                database,
                transactions -> transactions.maxBuffered(1000),
                (sessions, routes) -> routes.POST(
                                "/tx/text",
                                request -> request.bodyToMono(String.class)
                                        .defaultIfEmpty("nothing")
                                        .flatMap(ServerResponse.ok()::bodyValue))
                        .POST(
                                "/tx/form",
                                request -> request.formData()
                                        .flatMap(form -> ServerResponse.ok().bodyValue(form.toString())))
                        .POST(
                                "/tx/parts",
                                request -> request.multipartData()
                                        .flatMap(parts -> ServerResponse.ok()
                                                .bodyValue(parts.keySet().toString()))))) {
            assertThat(shop.web().post("/tx/text", "x".repeat(1000)).body()).hasSize(1000);
            assertThat(shop.web().post("/tx/text", "").body()).isEqualTo("nothing");
            assertThat(shop.web().post("/tx/text", "x".repeat(1001)).statusCode())
                    .isEqualTo(413);
            assertThat(typed(shop, "/tx/form", "application/x-www-form-urlencoded", "a=1&b=2"))
                    .isEqualTo("{a=[1], b=[2]}");
            assertThat(typed(
                            shop,
                            "/tx/parts",
                            "multipart/form-data; boundary=cut",
                            "--cut\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--cut--\r\n"))
                    .isEqualTo("[a]");
            assertThat(typed(shop, "/tx/text", "no type", "text")).isNotNull();
        }
    }

    private static String typed(Shop shop, String path, String type, String body) {
        return shop.web()
                .send(shop.web()
                        .request(path)
                        .header("Content-Type", type)
                        .POST(HttpRequest.BodyPublishers.ofString(body)))
                .body();
    }

    @Test
    void whatHasNotChangedMustNotBeSent() {
        try (Shop shop = Shop.with(
                database, (sessions, context) -> context.registerBean(Versions.class, () -> new Versions(sessions)))) {
            HttpResponse<String> first = shop.web().get("/tx/version");
            assertThat(first.statusCode()).isEqualTo(200);
            HttpResponse<String> second =
                    shop.web().send(shop.web().request("/tx/version").header("If-None-Match", "\"1\""));
            assertThat(second.statusCode()).isEqualTo(304);
            assertThat(second.headers().firstValue("ETag")).hasValue("\"1\"");
            assertThat(second.body()).isEmpty();
        }
    }

    /** Answers only who does not know it yet. */
    @RestController
    static final class Versions {

        private final ReactiveSessions sessions;

        Versions(ReactiveSessions sessions) {
            this.sessions = sessions;
        }

        @GetMapping("/tx/version")
        Mono<ResponseEntity<String>> version() {
            return Shop.transaction(sessions)
                    .map(id -> ResponseEntity.ok().eTag("\"1\"").body("one"));
        }
    }

    @Test
    void headersOfFiltersAroundMustBeSentOrTakenBack() {
        try (Shop shop = Shop.with(database, (sessions, context) -> {
            context.registerBean("around", WebFilter.class, Around::new);
            context.registerBean(
                    "routes",
                    RouterFunction.class,
                    () -> RouterFunctions.route()
                            .GET("/tx/x", request -> {
                                request.exchange().getResponse().getHeaders().remove("X-Taken");
                                return ServerResponse.ok().build();
                            })
                            .build());
        })) {
            HttpResponse<String> answer = shop.web().get("/tx/x");
            assertThat(answer.headers().firstValue("X-Kept")).hasValue("kept");
            assertThat(answer.headers().firstValue("X-Taken")).isEmpty();
        }
    }

    /** Says something before. */
    @Order(0)
    static final class Around implements WebFilter {

        @Override
        public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
            exchange.getResponse().getHeaders().add("X-Kept", "kept");
            exchange.getResponse().getHeaders().add("X-Taken", "taken");
            return chain.filter(exchange);
        }
    }

    @Test
    void whatNeedsTheNativeResponseMustBeRefused() {
        WebSocketHandler nothing = WebSocketSession::close;
        try (Shop shop = Shop.routed(
                database,
                (sessions, routes) -> routes.GET(
                        "/tx/socket",
                        request -> new HandshakeWebSocketService()
                                .handleRequest(request.exchange(), nothing)
                                .then(ServerResponse.ok().build())))) {
            assertThatThrownBy(() -> Objects.requireNonNull(HttpClient.newHttpClient()
                            .newWebSocketBuilder()
                            .buildAsync(
                                    URI.create("ws://127.0.0.1:" + shop.web().port() + "/tx/socket"),
                                    new WebSocket.Listener() {})
                            .join()))
                    .hasMessageContaining("WebSocketHandshakeException");
        }
    }

    @Test
    void askingForLeaveMustNotBeATransaction() {
        try (Shop shop = Shop.routed(
                database,
                (sessions, routes) ->
                        routes.OPTIONS("/tx/x", request -> ServerResponse.ok().build()))) {
            HttpRequest.Builder options =
                    shop.web().request("/tx/x").method("OPTIONS", HttpRequest.BodyPublishers.noBody());
            assertThat(shop.web().send(options).statusCode()).isEqualTo(200);
            assertThat(shop.opened()).isEqualTo(1);
            options.header("Origin", "http://elsewhere").header("Access-Control-Request-Method", "POST");
            assertThat(shop.web().send(options).statusCode()).isLessThan(500);
            assertThat(shop.opened()).isEqualTo(1);
        }
    }

    private static RequestTransactions transactions() {
        return RequestTransactions.of(PostgresSessions.builder()
                .url("postgresql://user@localhost:1/db")
                .build());
    }

    @Test
    void pathsMustBePatterns() {
        assertThatThrownBy(() -> transactions().filter())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one path, such as");
        assertThatThrownBy(() -> transactions().filter("/good", "orders/**"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must begin with \"/\", but was \"orders/**\"");
        assertThatThrownBy(() -> transactions().filter("/orders/{id"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("but was \"/orders/{id\"");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void whatIsHeldBackMustBeAtLeastAByte(int bytes) {
        assertThatThrownBy(() -> transactions().maxBuffered(bytes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxBuffered must be >= 1 byte, but was " + bytes);
    }
}
