package org.reactivesessions.benchmarks;

import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.Set;
import java.util.function.Function;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.resilience.ResilienceOptions;
import org.reactivesessions.transaction.TransactionOptions;
import org.reactivesessions.transaction.TransactionRetry;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** How a SERIALIZABLE transaction is run again that has lost against another. */
enum Retrying {
    /** By us, until it succeeds. */
    ENOUGH("ours", 1_000),
    /** By Reactor, until it succeeds, after a wait that is always the same. */
    FIXED_DELAY("ours, retryWhen around it", 1_000),
    /** By us, as it is if nobody sets anything. */
    DEFAULTS("ours, defaults", 10);

    private static final Duration DELAY = Duration.ofMillis(20);

    private static final TransactionOptions SERIALIZABLE =
            TransactionOptions.defaults().named("increment").isolation(IsolationLevel.SERIALIZABLE);

    private static final ResilienceOptions NEVER_EMPTY =
            ResilienceOptions.defaults().conflictRetries(10_000, 1_000_000);

    private static final Set<String> CONFLICTS = Set.of("40001", "40P01");

    private final String text;
    private final int maxAttempts;

    Retrying(String text, int maxAttempts) {
        this.text = text;
        this.maxAttempts = maxAttempts;
    }

    /** How often it is run, unless the budget is empty. */
    int maxAttempts() {
        return maxAttempts;
    }

    /** The budget that belongs to it. */
    ResilienceOptions resilience() {
        return switch (this) {
            case DEFAULTS -> ResilienceOptions.defaults();
            case ENOUGH, FIXED_DELAY -> NEVER_EMPTY;
        };
    }

    /** Runs a transaction, again if need be. */
    <T> Mono<T> inTransaction(ReactiveSessions sessions, Function<Session, Mono<T>> function) {
        return switch (this) {
            case ENOUGH ->
                sessions.withTransaction(
                        SERIALIZABLE.retry(TransactionRetry.defaults().maxAttempts(maxAttempts)), function);
            case FIXED_DELAY ->
                sessions.withTransaction(SERIALIZABLE, function)
                        .retryWhen(Retry.fixedDelay(maxAttempts - 1L, DELAY)
                                .filter(Retrying::isConflict)
                                .onRetryExhaustedThrow((spec, signal) -> signal.failure()));
            case DEFAULTS -> sessions.withTransaction(SERIALIZABLE.retry(TransactionRetry.defaults()), function);
        };
    }

    /** Whether that is how a transaction fails that has lost against another. */
    static boolean isConflict(Throwable failure) {
        for (Throwable error = failure; error != null; error = error.getCause()) {
            if (error instanceof R2dbcException database
                    && database.getSqlState() != null
                    && CONFLICTS.contains(database.getSqlState())) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return text;
    }
}
