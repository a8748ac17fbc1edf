package org.reactivesessions.spring.web;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.transaction.TransactionOptions;
import org.reactivesessions.transaction.TransactionRetry;
import org.springframework.web.reactive.function.server.HandlerFilterFunction;
import org.springframework.web.reactive.function.server.HandlerStrategies;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import reactor.core.publisher.Mono;

/**
 * One transaction for each request, where it is asked for: by path, or by route. Whatever the handler does with the same sessions joins
 * it. Immutable; every method returns a copy.
 *
 * <ul>
 *   <li><strong>The answer is sent when COMMIT was answered.</strong> Until then status, headers, cookies and body are held back, a
 *       body that streams too, up to {@link #maxBuffered}. Who waits for a client to read has no transaction open.
 *   <li><strong>An error of COMMIT is the answer</strong>: of what the handler has answered, nothing is sent.
 *   <li><strong>Rolled back</strong> is after an error, also one that an {@code @ExceptionHandler} has answered (see {@link
 *       AnsweredErrors}) or {@link SessionProblems#safely}; after an answer with a status of 500 or more, which is sent; when {@link
 *       #rollBack} was called; and when the client goes away before COMMIT is sent.
 *   <li><strong>The body of the request is read before the transaction begins</strong>, up to {@code maxBuffered} bytes (more is
 *       answered with 413), so that nobody waits for a client to write either. Not so for {@code multipart/form-data}, which is read
 *       when the handler asks for it.
 *   <li><strong>A request is not run again</strong>, whatever {@code TransactionOptions.retry} says: whoever is inside may have begun
 *       what is not in the database. Run the transaction again that is inside, without one around it.
 * </ul>
 *
 * <p>WebSockets, and whatever else wants the native response, cannot be answered in it. <strong>Cancellation:</strong> of the exchange,
 * which is how a client goes away, is a cancel of the transaction. <strong>Threads:</strong> the handler runs on a thread of the
 * sessions, the answer is sent from there.
 *
 * @since 0.1
 */
public final class RequestTransactions {

    /** How much is kept by default: 256 KiB, as codecs of WebFlux do. */
    public static final int DEFAULT_MAX_BUFFERED = 256 * 1024;

    private static final String ROLL_BACK = RequestTransactions.class.getName() + ".rollBack";

    private final ReactiveSessions sessions;
    private final TransactionOptions options;
    private final int maxBuffered;

    private RequestTransactions(ReactiveSessions sessions, TransactionOptions options, int maxBuffered) {
        this.sessions = sessions;
        this.options = options;
        this.maxBuffered = maxBuffered;
    }

    /**
     * Begins with the defaults.
     *
     * @param sessions whose transactions they are
     * @return with the options' defaults, and {@link #DEFAULT_MAX_BUFFERED}
     */
    public static RequestTransactions of(ReactiveSessions sessions) {
        return new RequestTransactions(
                Objects.requireNonNull(sessions, "sessions must not be null"),
                TransactionOptions.defaults().named("request"),
                DEFAULT_MAX_BUFFERED);
    }

    /**
     * Sets the options of the transactions.
     *
     * @param newOptions limits, isolation and the like; a retry in it is left out. Default: named "request", no limits
     * @return a copy with these
     */
    public RequestTransactions options(TransactionOptions newOptions) {
        return new RequestTransactions(
                sessions, Objects.requireNonNull(newOptions, "options must not be null"), maxBuffered);
    }

    /**
     * Sets how much is kept: of the body of the request before the transaction begins, and of the answer until COMMIT. An answer that is
     * larger is an error, which rolls back.
     *
     * @param bytes at least 1; for each of the two; default {@link #DEFAULT_MAX_BUFFERED}
     * @return a copy with that limit
     * @throws IllegalArgumentException if it is less than 1
     */
    public RequestTransactions maxBuffered(int bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("maxBuffered must be >= 1 byte, but was " + bytes
                    + "; answers are held back until COMMIT, " + DEFAULT_MAX_BUFFERED + " bytes of them by default");
        }
        return new RequestTransactions(sessions, options, bytes);
    }

    /**
     * Makes a filter for requests of certain paths; other requests pass it untouched, and so do those by which a browser asks for leave
     * (CORS preflight). It stands as near to the handlers as can be: filters with an order are outside of the transaction. Each
     * transaction has the pattern as its name.
     *
     * @param paths patterns of {@code PathPattern}, such as {@code /orders/**}; the first that matches counts
     * @return a filter to register as a bean
     * @throws IllegalArgumentException if there is no path, or one is not a pattern that begins with a slash
     */
    public WebFilter filter(String... paths) {
        return new TransactionFilter(this, paths);
    }

    /**
     * Makes a filter for functional routes, with Spring's default writers.
     *
     * @return {@link #handlerFilter(HandlerStrategies)} with {@link HandlerStrategies#withDefaults()}
     */
    public HandlerFilterFunction<ServerResponse, ServerResponse> handlerFilter() {
        return handlerFilter(HandlerStrategies.withDefaults());
    }

    /**
     * Makes a filter for functional routes. Filters around it get what the handler has answered after COMMIT, or the error of COMMIT.
     *
     * @param strategies what the body of an answer is written with
     * @return a filter for {@code RouterFunction.filter}
     */
    public HandlerFilterFunction<ServerResponse, ServerResponse> handlerFilter(HandlerStrategies strategies) {
        return new TransactionHandlerFilter(this, strategies);
    }

    /**
     * Rolls the transaction of a request back in the end, whatever is answered. Without one it does nothing.
     *
     * @param exchange the request's, as the handler has it
     */
    public static void rollBack(ServerWebExchange exchange) {
        exchange.getAttributes().put(ROLL_BACK, true);
    }

    int maxBuffered() {
        return maxBuffered;
    }

    TransactionOptions options() {
        return options;
    }

    /** Runs what writes the answer in a transaction; completes when it has ended and the answer can be sent. */
    Mono<Void> run(TransactionOptions terms, ServerWebExchange inside, HeldResponse answer, Mono<Void> handler) {
        Mono<Void> work = handler.onErrorMap(error -> first(answer.failure(), error))
                .then(Mono.defer(answer::setComplete))
                .then(Mono.defer(() -> end(inside, answer)));
        return sessions.<Void>withTransaction(
                        terms.retry(TransactionRetry.defaults().maxAttempts(1)), session -> work)
                .onErrorResume(RollbackAskedException.class, asked -> Mono.empty());
    }

    /** An exception handler that comes too late for an answer fails itself. */
    private static Throwable first(@Nullable Throwable failure, Throwable error) {
        return failure == null ? error : failure;
    }

    private static Mono<Void> end(ServerWebExchange inside, HeldResponse answer) {
        Throwable failure = answer.failure();
        if (failure != null) {
            return Mono.error(failure);
        }
        return answer.isServerError() || inside.getAttributes().containsKey(ROLL_BACK)
                ? Mono.error(new RollbackAskedException(answer))
                : Mono.empty();
    }
}
