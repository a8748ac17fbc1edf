package org.reactivesessions.error;

import io.r2dbc.spi.R2dbcTransientResourceException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * No connection, or no answer to BEGIN, within the limit, or the connection was lost later and it is certain that the
 * transaction did not commit. Nothing of it is or will be durable, so it may be tried again later. This one type is all a caller
 * needs for a fallback; {@link #kind()} says whether the database is unreachable, the pool full or overloaded, or the circuit open.
 *
 * @since 0.1
 */
public final class DatabaseUnavailableException extends R2dbcTransientResourceException implements SessionFailure {

    /** Where nothing better is known. */
    private static final Duration SOON = Duration.ofSeconds(1);

    private static final long serialVersionUID = 1L;

    private final FailureKind kind;
    private final String session;
    private final int attempt;
    private final Duration retryAfter;
    private final TransactionOutcome outcome;

    /**
     * Creates the error.
     *
     * @param kind {@link FailureKind#UNREACHABLE}, {@link FailureKind#SATURATED}, {@link FailureKind#OVERLOADED} or {@link
     *     FailureKind#CIRCUIT_OPEN}
     * @param session the name of the scope
     * @param message what, the limit, the state and what to do; the name of the scope goes before it
     * @param cause what was seen, if anything
     */
    public DatabaseUnavailableException(FailureKind kind, String session, String message, @Nullable Throwable cause) {
        this(kind, session, 1, SOON, message, cause);
    }

    /**
     * Creates the error.
     *
     * @param kind {@link FailureKind#UNREACHABLE}, {@link FailureKind#SATURATED}, {@link FailureKind#OVERLOADED} or {@link
     *     FailureKind#CIRCUIT_OPEN}
     * @param session the name of the scope
     * @param attempt how often it was tried, at least 1
     * @param retryAfter when it may be worth trying again
     * @param message what, the limit, the state and what to do; the name of the scope goes before it
     * @param cause what was seen, if anything
     */
    public DatabaseUnavailableException(
            FailureKind kind,
            String session,
            int attempt,
            Duration retryAfter,
            String message,
            @Nullable Throwable cause) {
        this(kind, session, attempt, retryAfter, TransactionOutcome.NOT_STARTED, message, cause);
    }

    private DatabaseUnavailableException(
            FailureKind kind,
            String session,
            int attempt,
            Duration retryAfter,
            TransactionOutcome outcome,
            String message,
            @Nullable Throwable cause) {
        super(Guidance.added(kind, session + ": " + message), cause);
        this.kind = kind;
        this.session = session;
        this.attempt = attempt;
        this.retryAfter = retryAfter;
        this.outcome = outcome;
    }

    /**
     * Creates the error of a transaction that had begun and did certainly not commit.
     *
     * @param session the name of the transaction
     * @param message what, and how it is known; the name of the transaction goes before it
     * @param cause what was seen, if anything
     * @return an error whose kind is {@link FailureKind#UNREACHABLE}
     */
    public static DatabaseUnavailableException rolledBack(String session, String message, @Nullable Throwable cause) {
        return new DatabaseUnavailableException(
                FailureKind.UNREACHABLE, session, 1, SOON, TransactionOutcome.ROLLED_BACK, message, cause);
    }

    @Override
    public FailureKind kind() {
        return kind;
    }

    @Override
    public String session() {
        return session;
    }

    /**
     * Returns how the transaction ended.
     *
     * @return {@link TransactionOutcome#NOT_STARTED}, or {@link TransactionOutcome#ROLLED_BACK} if it had begun
     */
    @Override
    public TransactionOutcome outcome() {
        return outcome;
    }

    @Override
    public int attempt() {
        return attempt;
    }

    /**
     * Returns when it may be worth trying again, counted from the moment the error was made: fit for an HTTP answer 503 with
     * {@code Retry-After}.
     *
     * @return more than zero; for an open circuit the rest of its wait, under overload when the wait would be bearable if nobody else
     *     came, otherwise 1 s
     */
    public Duration retryAfter() {
        return retryAfter;
    }

    /**
     * Returns the same error after several attempts.
     *
     * @param attempts how many there were
     * @return this one if there was one, otherwise a copy that says how many
     */
    public DatabaseUnavailableException afterAttempts(int attempts) {
        if (attempts <= 1) {
            return this;
        }
        String said = Guidance.removed(String.valueOf(getMessage())).substring(session.length() + 2);
        return new DatabaseUnavailableException(
                kind, session, attempts, retryAfter, outcome, said + " Tried " + attempts + " times.", getCause());
    }
}
