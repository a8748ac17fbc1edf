package org.reactivesessions.spring.web;

import java.util.List;
import java.util.Objects;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.codec.HttpMessageWriter;
import org.springframework.web.ErrorResponse;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.reactive.result.view.ViewResolver;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;

/**
 * Answers failures of sessions that nobody has answered before, by {@link SessionProblems}; every other error is passed on, and so is
 * one that comes when a part of an answer has been sent already. Exception handlers of controllers come before it, and so does
 * every {@link WebExceptionHandler} with an order below -1; Spring Boot's own page of errors comes after it.
 *
 * <p><strong>Cancellation:</strong> leaves the answer unsent. <strong>Threads:</strong> that of the error. Thread-safe.
 *
 * @since 0.1
 */
public final class SessionProblemHandler implements WebExceptionHandler, Ordered {

    /** That of Spring Boot's, which is registered later. */
    private static final int ORDER = -1;

    private final List<HttpMessageWriter<?>> writers;

    /**
     * Makes a handler.
     *
     * @param writers what writes the body: those of the application's {@code ServerCodecConfigurer}. Where none of them writes problem
     *     details as JSON, the answer has no body
     */
    public SessionProblemHandler(List<HttpMessageWriter<?>> writers) {
        this.writers = List.copyOf(
                Objects.requireNonNull(writers, "writers must not be null; List.of() answers without bodies"));
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable error) {
        ErrorResponse problem = exchange.getResponse().isCommitted() ? null : SessionProblems.of(error);
        if (problem == null) {
            return Mono.error(error);
        }
        exchange.getResponse().getHeaders().clearContentHeaders();
        return response(problem).flatMap(response -> response.writeTo(exchange, new Writers(writers)));
    }

    private Mono<ServerResponse> response(ErrorResponse problem) {
        ResolvableType body = ResolvableType.forClass(ProblemDetail.class);
        return writers.stream().anyMatch(writer -> writer.canWrite(body, MediaType.APPLICATION_PROBLEM_JSON))
                ? SessionProblems.answer(problem)
                : ServerResponse.status(problem.getStatusCode())
                        .headers(headers -> headers.putAll(problem.getHeaders()))
                        .build();
    }

    @Override
    public int getOrder() {
        return ORDER;
    }

    /** What an answer is written with. */
    private record Writers(List<HttpMessageWriter<?>> messageWriters) implements ServerResponse.Context {

        @Override
        public List<ViewResolver> viewResolvers() {
            return List.of();
        }
    }
}
