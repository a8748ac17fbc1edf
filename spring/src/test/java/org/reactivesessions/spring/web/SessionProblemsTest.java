package org.reactivesessions.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcRollbackException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.error.AfterCommitException;
import org.reactivesessions.error.CommitMarkerException;
import org.reactivesessions.error.CommitOutcomeUnknownException;
import org.reactivesessions.error.DatabaseReadOnlyException;
import org.reactivesessions.error.DatabaseRefusedException;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.FailureKind;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.OperationInProgressException;
import org.reactivesessions.error.SessionsClosedException;
import org.reactivesessions.error.TooManyRowsException;
import org.reactivesessions.error.TransactionRolledBackException;
import org.reactivesessions.error.TransactionTimeoutException;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.r2dbc.connection.ConnectionFactoryUtils;
import org.springframework.transaction.TransactionTimedOutException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.reactive.result.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What a client is told of each failure: by functional handlers, by controllers, and by those that answer safely. */
class SessionProblemsTest {

    private static final String SECRET = "10.1.2.3:5432 password=hidden";

    /** What is thrown by whoever is asked, by its name. */
    private static final Map<String, Throwable> ERRORS = new ConcurrentHashMap<>();

    private static final WebServer WEB = WebServer.with(context -> {
        context.registerBean(Controller.class);
        context.registerBean(
                "routes",
                RouterFunction.class,
                () -> RouterFunctions.route()
                        .GET("/functional/{error}", request -> Mono.error(error(request)))
                        .GET("/thrown/{error}", request -> {
                            throw sneaky(error(request));
                        })
                        .GET("/safely/{error}", request -> SessionProblems.safely(Mono.error(error(request))))
                        .GET("/begun/{error}", SessionProblemsTest::begun)
                        .build());
    });

    private static Throwable error(ServerRequest request) {
        return error(request.pathVariable("error"));
    }

    private static Throwable error(String name) {
        return Objects.requireNonNull(ERRORS.get(name), name);
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> RuntimeException sneaky(Throwable error) throws E {
        throw (E) error;
    }

    /** Fails when a part of the answer has been sent. */
    private static Mono<ServerResponse> begun(ServerRequest request) {
        DefaultDataBufferFactory buffers = DefaultDataBufferFactory.sharedInstance;
        return ServerResponse.ok()
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .body((outputMessage, context) -> outputMessage.writeAndFlushWith(
                        Flux.just(Mono.just(buffers.wrap(new byte[] {'a'}))).concatWith(Mono.error(error(request)))));
    }

    /** As in any application. */
    @RestController
    static final class Controller {

        @GetMapping("/annotated/{error}")
        Mono<String> fail(@PathVariable String error) {
            return Mono.error(SessionProblemsTest.error(error));
        }
    }

    @BeforeAll
    static void errors() {
        for (FailureKind kind : List.of(
                FailureKind.UNREACHABLE, FailureKind.SATURATED, FailureKind.OVERLOADED, FailureKind.CIRCUIT_OPEN)) {
            ERRORS.put(
                    kind.name(),
                    new DatabaseUnavailableException(kind, "transfer", 1, Duration.ofMillis(2001), SECRET, null));
        }
        ERRORS.put("READ_ONLY", new DatabaseReadOnlyException("transfer", SECRET));
        ERRORS.put(
                "TIMEOUT",
                new TransactionTimeoutException(
                        "transfer", LifePhase.ACTIVE, Duration.ofSeconds(1), "transfer", SECRET));
        ERRORS.put("IN_PROGRESS", new OperationInProgressException("transfer", SECRET, new IllegalStateException()));
        ERRORS.put("COMMIT_UNKNOWN", new CommitOutcomeUnknownException("transfer", SECRET, null));
        ERRORS.put(
                "UNRESOLVED",
                CommitOutcomeUnknownException.unresolved("transfer", UUID.randomUUID(), SECRET, SECRET, SECRET, null));
        ERRORS.put("AFTER_COMMIT", new AfterCommitException("transfer", new IllegalStateException(SECRET)));
        ERRORS.put("SERIALIZATION", new R2dbcRollbackException(SECRET, "40001"));
        ERRORS.put("DEADLOCK", new R2dbcRollbackException(SECRET, "40P01"));
        ERRORS.put("OWN", new OutOfStockException());
    }

    @AfterAll
    static void stop() {
        WEB.close();
    }

    /** One of the application's, which has an answer. */
    @ResponseStatus(HttpStatus.GONE)
    static final class OutOfStockException extends RuntimeException {

        private static final long serialVersionUID = 1L;
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String type) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body())
                .contains("\"type\":\"urn:reactive-sessions:problem:" + type + "\"", "\"status\":" + status)
                .contains("\"title\":\"", "\"detail\":\"")
                .doesNotContain("10.1.2.3", "hidden", "SELECT");
    }

    private static final String[] ROUTES = {"/functional/", "/thrown/", "/annotated/", "/safely/"};

    static List<String> routes() {
        return Arrays.asList(ROUTES);
    }

    @ParameterizedTest
    @EnumSource(
            value = FailureKind.class,
            names = {"UNREACHABLE", "SATURATED", "OVERLOADED", "CIRCUIT_OPEN"})
    void whatMayBeTriedLaterMustSayWhen(FailureKind kind) {
        for (String route : ROUTES) {
            HttpResponse<String> answer = WEB.get(route + kind);
            assertProblem(answer, 503, kind.anchor());
            assertThat(answer.headers().firstValue("Retry-After")).hasValue("3");
            assertThat(answer.body()).contains("\"transaction\":\"transfer\"", "\"outcome\":\"NOT_STARTED\"");
        }
    }

    @ParameterizedTest
    @MethodSource("routes")
    void aDatabaseThatTakesNoWritesMustBeUnavailable(String route) {
        HttpResponse<String> answer = WEB.get(route + "READ_ONLY");
        assertProblem(answer, 503, "read-only");
        assertThat(answer.headers().firstValue("Retry-After")).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("routes")
    void aDeadlineMustBeATimeout(String route) {
        HttpResponse<String> answer = WEB.get(route + "TIMEOUT");
        assertProblem(answer, 504, "timeout");
        assertThat(answer.body()).contains("\"outcome\":\"ROLLED_BACK\"", "Nothing of the transaction is stored");
    }

    @ParameterizedTest
    @MethodSource("routes")
    void whoLostAgainstAnotherMustHearOfAConflict(String route) {
        for (String each : List.of("SERIALIZATION", "DEADLOCK")) {
            HttpResponse<String> answer = WEB.get(route + each);
            assertProblem(answer, 409, "conflict");
            assertThat(answer.body()).contains("\"outcome\":\"ROLLED_BACK\"").doesNotContain("\"transaction\"");
        }
        assertProblem(WEB.get(route + "IN_PROGRESS"), 409, "in-progress");
    }

    @ParameterizedTest
    @MethodSource("routes")
    void anUnknownOutcomeMustBeSaidSoAndNotAskForAnother(String route) {
        for (String each : List.of("COMMIT_UNKNOWN", "UNRESOLVED")) {
            HttpResponse<String> answer = WEB.get(route + each);
            assertProblem(answer, 500, "commit-unknown");
            assertThat(answer.headers().firstValue("Retry-After")).isEmpty();
            assertThat(answer.body())
                    .contains("\"outcome\":\"IN_DOUBT\"", "is not known", "\"transaction\":\"transfer\"")
                    .contains("Do not send the request again before");
        }
    }

    @ParameterizedTest
    @MethodSource("routes")
    void whatIsCommittedMustBeSaidSo(String route) {
        HttpResponse<String> answer = WEB.get(route + "AFTER_COMMIT");
        assertProblem(answer, 500, "after-commit");
        assertThat(answer.body()).contains("\"outcome\":\"COMMITTED\"", "Do not send the request again");
    }

    @ParameterizedTest
    @MethodSource("routes")
    void errorsOfTheApplicationMustBePassedOn(String route) {
        HttpResponse<String> answer = WEB.get(route + "OWN");
        assertThat(answer.statusCode()).isEqualTo(410);
        assertThat(answer.headers().firstValue("Content-Type")).isEmpty();
    }

    @Test
    void everyOtherKindMustBePassedOn() {
        assertThat(SessionProblems.of(new DatabaseRefusedException("transfer", SECRET, "28P01", null)))
                .isNull();
        assertThat(SessionProblems.of(new TooManyRowsException("transfer", "SELECT 1", 2)))
                .isNull();
        assertThat(SessionProblems.of(new TransactionRolledBackException("transfer", null)))
                .isNull();
        assertThat(SessionProblems.of(new CommitMarkerException("transfer", SECRET)))
                .isNull();
        assertThat(SessionProblems.of(new R2dbcNonTransientResourceException(SECRET, "53100")))
                .isNull();
        assertThat(SessionProblems.of(new TransactionTimedOutException("without a cause")))
                .isNull();
    }

    @Test
    void whatSpringHasTranslatedMustCountAsWhatItWas() {
        for (String name : List.of("SATURATED", "COMMIT_UNKNOWN", "SERIALIZATION", "TIMEOUT")) {
            Throwable original = error(name);
            Throwable translated =
                    ConnectionFactoryUtils.convertR2dbcException("task", "SELECT 1", (R2dbcException) original);
            assertThat(translated).isNotSameAs(original);
            assertThat(type(translated)).isEqualTo(type(original));
        }
        TransactionTimedOutException timedOut = new TransactionTimedOutException("Spring's");
        timedOut.initCause(error("TIMEOUT"));
        assertThat(type(timedOut)).endsWith(":timeout");
    }

    private static String type(Throwable error) {
        return String.valueOf(
                Objects.requireNonNull(SessionProblems.of(error)).getBody().getType());
    }

    /** An application's own error with ours as its cause is the application's. */
    @Test
    void anErrorAroundOursMustBePassedOn() {
        assertThat(SessionProblems.of(new IllegalStateException(error("SATURATED"))))
                .isNull();
    }

    @Test
    void withoutATransactionNothingMustBeSaidToBeUndone() {
        ErrorResponse problem =
                Objects.requireNonNull(SessionProblems.of(TransactionTimeoutException.withoutTransaction(
                        "session", LifePhase.ACTIVE, Duration.ofSeconds(1), "session", SECRET)));
        assertThat(problem.getBody().getDetail())
                .contains("There was no transaction")
                .doesNotContain("Nothing of the transaction");
        assertThat(problem.getBody().getProperties()).doesNotContainKey("outcome");
        SessionsClosedException closed =
                new SessionsClosedException("session", null, SECRET, new IllegalStateException(SECRET));
        assertThat(Objects.requireNonNull(SessionProblems.of(closed)).getBody().getDetail())
                .isEqualTo("The service is shutting down.");
    }

    @Test
    void whatIsBegunMustBePassedOn() {
        assertThatThrownBy(() -> WEB.get("/begun/SATURATED")).hasMessageContaining("IOException");
    }

    @Test
    void whateverTheClientLikesMustBeAnsweredInJson() {
        HttpResponse<String> answer =
                WEB.send(WEB.request("/functional/TIMEOUT").header("Accept", "text/html"));
        assertProblem(answer, 504, "timeout");
    }

    /** Controllers have the first word, as everywhere in WebFlux. */
    @Test
    void anExceptionHandlerOfTheApplicationMustComeFirst() {
        try (WebServer web = WebServer.with(context -> {
            context.registerBean(Controller.class);
            context.registerBean(Advice.class);
        })) {
            assertThat(web.get("/annotated/TIMEOUT").body()).isEqualTo("my own answer");
            assertProblem(web.get("/annotated/SATURATED"), 503, "saturated");
        }
    }

    /** One that returns what is made for it, and one that is Spring's own for its errors. */
    @RestControllerAdvice
    static final class Advice extends ResponseEntityExceptionHandler {

        @ExceptionHandler(TransactionTimeoutException.class)
        @ResponseStatus(HttpStatus.GATEWAY_TIMEOUT)
        String timeout() {
            return "my own answer";
        }
    }

    @Test
    void whatIsMadeMustBeFitForAnExceptionHandler() {
        try (WebServer web = WebServer.with(context -> {
            context.registerBean(Controller.class);
            context.registerBean(ProblemAdvice.class);
        })) {
            HttpResponse<String> answer = web.get("/annotated/SATURATED");
            assertProblem(answer, 503, "saturated");
            assertThat(answer.headers().firstValue("Retry-After")).hasValue("3");
        }
    }

    /** For an application that adds something. */
    @RestControllerAdvice
    static final class ProblemAdvice {

        @ExceptionHandler
        ErrorResponse answer(DatabaseUnavailableException unavailable) {
            return Objects.requireNonNull(SessionProblems.of(unavailable));
        }
    }

    @Test
    void anEarlierHandlerOfErrorsMustComeFirst() {
        try (WebServer web = WebServer.with(context -> {
            context.registerBean(Controller.class);
            context.registerBean(Locked.class);
        })) {
            assertThat(web.get("/annotated/SATURATED").statusCode()).isEqualTo(423);
        }
    }

    /** Answers everything. */
    @Order(-2)
    static final class Locked implements WebExceptionHandler {

        @Override
        public Mono<Void> handle(ServerWebExchange exchange, Throwable error) {
            exchange.getResponse().setStatusCode(HttpStatus.LOCKED);
            return exchange.getResponse().setComplete();
        }
    }

    @Test
    void withoutAWriterTheAnswerMustHaveNoBody() {
        SessionProblemHandler bodiless = new SessionProblemHandler(List.of());
        try (WebServer web = WebServer.with(context -> {
            context.registerBean(Controller.class);
            context.registerBean(SessionProblemHandler.class, () -> bodiless);
        })) {
            HttpResponse<String> answer = web.get("/annotated/SATURATED");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).hasValue("3");
            assertThat(answer.body()).isEmpty();
        }
    }

    @Test
    void whoAnswersSafelyMustAnswerForEachSubscriber() {
        Mono<ServerResponse> answer = SessionProblems.safely(Mono.error(error("SATURATED")));
        for (int subscriber = 0; subscriber < 2; subscriber++) {
            StepVerifier.create(answer)
                    .assertNext(response -> assertThat(response.statusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE))
                    .verifyComplete();
        }
    }

    /** An advice that changes its copy changes nobody else's. */
    @Test
    void everyCallMustMakeABodyOfItsOwn() {
        ProblemDetail first =
                Objects.requireNonNull(SessionProblems.of(error("TIMEOUT"))).getBody();
        first.setProperty("added", Instant.EPOCH);
        assertThat(Objects.requireNonNull(SessionProblems.of(error("TIMEOUT")))
                        .getBody()
                        .getProperties())
                .doesNotContainKey("added");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 999, 1000})
    void shortWaitsMustBeASecond(long millis) {
        ErrorResponse problem = Objects.requireNonNull(SessionProblems.of(new DatabaseUnavailableException(
                FailureKind.SATURATED, "transfer", 1, Duration.ofMillis(millis), SECRET, null)));
        assertThat(problem.getHeaders().getFirst("Retry-After")).isEqualTo("1");
    }
}
