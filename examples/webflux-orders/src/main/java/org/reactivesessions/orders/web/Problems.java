package org.reactivesessions.orders.web;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.orders.chaos.ChaosRefusedException;
import org.reactivesessions.orders.ledger.OverdraftException;
import org.reactivesessions.orders.ledger.UnknownAccountException;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.reactive.resource.NoResourceFoundException;
import org.springframework.web.reactive.result.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.server.ContentTooLargeException;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.ServerWebInputException;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;

/** What clients hear when a request is refused: what, the rule, and how it would be right; nothing of what is inside. */
@RestControllerAdvice
class Problems extends ResponseEntityExceptionHandler {

    /** A body as it should be. */
    static final String EXAMPLE = "a transfer is {\"from\": 1, \"to\": 2, \"amount\": 10}";

    private static final String TYPE = "urn:webflux-orders:";

    @ExceptionHandler
    ProblemDetail invalid(InvalidRequestException refused) {
        return problem(HttpStatus.BAD_REQUEST, "invalid-request", "Invalid request", refused);
    }

    @ExceptionHandler
    ProblemDetail unknown(UnknownAccountException refused) {
        return problem(HttpStatus.NOT_FOUND, "unknown-account", "Unknown account", refused);
    }

    @ExceptionHandler
    ProblemDetail overdraft(OverdraftException refused) {
        return problem(HttpStatus.CONFLICT, "overdraft", "Overdraft", refused);
    }

    @ExceptionHandler
    ProblemDetail chaos(ChaosRefusedException refused) {
        return problem(refused.status(), "chaos-refused", "Refused", refused);
    }

    /** A client that leaves in the middle of its request is no failure of the service; nobody reads this. */
    @ExceptionHandler
    ResponseEntity<Void> left(AbortedException gone) {
        return ResponseEntity.badRequest().build();
    }

    /** Of plain transactions; what sessions fail with is answered by {@code reactive-sessions.web}. */
    @ExceptionHandler({DataAccessException.class, TransactionException.class})
    ProblemDetail database() {
        return problem(
                HttpStatus.SERVICE_UNAVAILABLE,
                "database",
                "Database unavailable",
                "the database could not be used; whether anything was changed is not known");
    }

    @Override
    protected Mono<ResponseEntity<Object>> handleServerWebInputException(
            ServerWebInputException refused, HttpHeaders headers, HttpStatusCode status, ServerWebExchange exchange) {
        return answer(
                refused,
                problem(HttpStatus.BAD_REQUEST, "invalid-request", "Invalid request", Unreadable.said(refused)),
                headers,
                exchange);
    }

    @Override
    protected Mono<ResponseEntity<Object>> handleMethodNotAllowedException(
            MethodNotAllowedException refused, HttpHeaders headers, HttpStatusCode status, ServerWebExchange exchange) {
        return answer(
                refused,
                problem(
                        HttpStatus.METHOD_NOT_ALLOWED,
                        "method-not-allowed",
                        "Method not allowed",
                        "this is not for " + refused.getHttpMethod() + ", but for " + refused.getSupportedMethods()),
                headers,
                exchange);
    }

    @Override
    protected Mono<ResponseEntity<Object>> handleResponseStatusException(
            ResponseStatusException refused, HttpHeaders headers, HttpStatusCode status, ServerWebExchange exchange) {
        if (refused instanceof ContentTooLargeException) {
            return answer(
                    refused,
                    problem(
                            HttpStatus.CONTENT_TOO_LARGE,
                            "too-large",
                            "Content too large",
                            "the body is larger than a transfer can be; " + EXAMPLE),
                    headers,
                    exchange);
        }
        if (refused instanceof NoResourceFoundException) {
            return answer(
                    refused,
                    problem(HttpStatus.NOT_FOUND, "not-found", "Not found", "there is nothing here; see /accounts"),
                    headers,
                    exchange);
        }
        return super.handleResponseStatusException(refused, headers, status, exchange);
    }

    private Mono<ResponseEntity<Object>> answer(
            Exception refused, ProblemDetail problem, HttpHeaders headers, ServerWebExchange exchange) {
        return handleExceptionInternal(
                refused, problem, headers, HttpStatusCode.valueOf(problem.getStatus()), exchange);
    }

    private static ProblemDetail problem(HttpStatus status, String type, String title, Exception refused) {
        return problem(status, type, title, refused.getMessage());
    }

    private static ProblemDetail problem(HttpStatus status, String type, String title, @Nullable String detail) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setType(URI.create(TYPE + type));
        problem.setTitle(title);
        return problem;
    }
}
