package org.reactivesessions.spring.web;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.FailureKind;
import org.springframework.http.MediaType;
import org.springframework.web.ErrorResponse;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * What a client is told of a failure of sessions, as problem details (RFC 9457). The type is {@code urn:reactive-sessions:problem:}
 * and the {@linkplain FailureKind#anchor() anchor} of the failure's kind, {@code conflict} or {@code answer-too-large}; {@code transaction} is the name of the
 * transaction and {@code outcome} how it ended, where they are known. No text of the error's is in it: no address, no statement, no
 * value.
 *
 * <table>
 *   <caption>Failures that have an answer</caption>
 *   <tr><th>kind</th><th>status</th><th>to be sent again</th></tr>
 *   <tr><td>{@code UNREACHABLE}, {@code SATURATED}, {@code OVERLOADED}, {@code CIRCUIT_OPEN}</td><td>503</td><td>after
 *       {@code Retry-After}</td></tr>
 *   <tr><td>{@code READ_ONLY}, {@code CLOSED}</td><td>503</td><td>later, or elsewhere</td></tr>
 *   <tr><td>{@code TIMEOUT}</td><td>504</td><td>yes</td></tr>
 *   <tr><td>SQLSTATE 40001 and 40P01, after the last attempt</td><td>409</td><td>yes</td></tr>
 *   <tr><td>{@code IN_PROGRESS}</td><td>409</td><td>later</td></tr>
 *   <tr><td>{@code COMMIT_UNKNOWN}</td><td>500</td><td>only when the effects have been looked for</td></tr>
 *   <tr><td>{@code AFTER_COMMIT}</td><td>500</td><td>no: it is committed</td></tr>
 *   <tr><td>an answer larger than what {@link RequestTransactions} holds back</td><td>500</td><td>no</td></tr>
 * </table>
 *
 * <p>What remains is the application's: a wrong password, a violated constraint, a programming error. Stateless.
 *
 * @since 0.1
 */
public final class SessionProblems {

    private SessionProblems() {}

    /**
     * Returns what a client is to be told. An error that Spring has translated counts as what it was.
     *
     * @param error any error
     * @return status, headers and body, which an {@code @ExceptionHandler} may return; a new one with each call. {@code null} if it is not
     *     among those of the table
     */
    public static @Nullable ErrorResponse of(Throwable error) {
        return Problem.of(Objects.requireNonNull(error, "error must not be null"));
    }

    /**
     * Gives a functional handler these answers: in place of an error that has one comes the answer. What fails while the body is
     * written is not seen here, but by {@link SessionProblemHandler}.
     *
     * <p>Within the transaction of a request, the answer to an error rolls it back, whatever its status. Errors of the request's own
     * COMMIT come later and are {@link SessionProblemHandler}'s.
     *
     * <p><strong>Subscription:</strong> cold; subscribes {@code response} once per subscriber. <strong>Cancellation:</strong> cancels it.
     * <strong>Threads:</strong> those of {@code response}. <em>Signals:</em> the other errors, unchanged.
     *
     * @param response what a handler makes
     * @return the same, but for errors
     */
    public static Mono<ServerResponse> safely(Mono<ServerResponse> response) {
        return response.onErrorResume(error -> {
            ErrorResponse problem = of(error);
            return problem == null ? Mono.error(error) : answer(problem).map(ErrorAnswer::new);
        });
    }

    /** The answer as {@code application/problem+json}, whatever the client would rather have. */
    static Mono<ServerResponse> answer(ErrorResponse problem) {
        return ServerResponse.status(problem.getStatusCode())
                .headers(headers -> headers.putAll(problem.getHeaders()))
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .bodyValue(problem.getBody());
    }
}
