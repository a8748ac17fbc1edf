package org.reactivesessions.spring.web;

import io.r2dbc.spi.R2dbcException;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.SessionFailure;
import org.reactivesessions.error.TransactionOutcome;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.transaction.TransactionException;
import org.springframework.web.ErrorResponse;

/** One kind of answer. Immutable. */
record Problem(String name, HttpStatus status, String title, String detail) {

    private static final String TYPE = "urn:reactive-sessions:problem:";
    private static final String AGAIN = " Nothing of the transaction is stored, and it may be tried again.";
    private static final String NOT_YET = " Nothing of the transaction is stored; it may be tried again later.";

    static @Nullable ErrorResponse of(Throwable error) {
        Throwable cause = untranslated(error);
        if (cause instanceof SessionFailure failure) {
            return of(cause, failure);
        }
        if (cause instanceof AnswerTooLargeException) {
            return new Problem(
                            "answer-too-large",
                            HttpStatus.INTERNAL_SERVER_ERROR,
                            "Answer too large",
                            "The answer is larger than what can be held back until its transaction is stored. Nothing of the"
                                    + " transaction is stored.")
                    .response(cause, null, TransactionOutcome.ROLLED_BACK);
        }
        if (cause instanceof R2dbcException driver && lostAgainstAnother(driver)) {
            return new Problem(
                            "conflict",
                            HttpStatus.CONFLICT,
                            "Conflict with another transaction",
                            "The transaction lost against one that ran at the same time." + AGAIN)
                    .response(cause, null, TransactionOutcome.ROLLED_BACK);
        }
        return null;
    }

    /** What Spring's translations of errors were made of. */
    private static Throwable untranslated(Throwable error) {
        Throwable each = error;
        while (each instanceof DataAccessException || each instanceof TransactionException) {
            Throwable cause = each.getCause();
            if (cause == null) {
                return each;
            }
            each = cause;
        }
        return each;
    }

    /** A serialization failure or a deadlock, which were retried if anybody asked for that. */
    private static boolean lostAgainstAnother(R2dbcException driver) {
        return "40001".equals(driver.getSqlState()) || "40P01".equals(driver.getSqlState());
    }

    private static @Nullable ErrorResponse of(Throwable error, SessionFailure failure) {
        Problem problem = ofKind(failure);
        return problem == null ? null : problem.response(error, failure.session(), failure.outcome());
    }

    private static @Nullable Problem ofKind(SessionFailure failure) {
        return switch (failure.kind()) {
            case UNREACHABLE -> unavailable(failure, "Database unreachable", "The database does not answer.");
            case SATURATED -> unavailable(failure, "Too busy", "Every connection to the database is in use.");
            case OVERLOADED -> unavailable(failure, "Too busy", "More is asked for than can be answered in time.");
            case CIRCUIT_OPEN ->
                unavailable(failure, "Database unavailable", "The database has not answered lately and was not asked.");
            case READ_ONLY -> unavailable(failure, "Database read-only", "The database takes no writes at the moment.");
            case CLOSED -> unavailable(failure, "Shutting down", "The service is shutting down.");
            case TIMEOUT -> timeout(failure);
            case IN_PROGRESS ->
                new Problem(
                        failure.kind().anchor(),
                        HttpStatus.CONFLICT,
                        "Operation in progress",
                        "The same operation is being applied for somebody else." + NOT_YET);
            case COMMIT_UNKNOWN ->
                new Problem(
                        failure.kind().anchor(),
                        HttpStatus.INTERNAL_SERVER_ERROR,
                        "Outcome unknown",
                        "Whether the transaction is stored is not known: it is stored as a whole or not at all. Do not send the"
                                + " request again before its effects have been looked for; it could be applied twice.");
            case AFTER_COMMIT ->
                new Problem(
                        failure.kind().anchor(),
                        HttpStatus.INTERNAL_SERVER_ERROR,
                        "Committed, but not finished",
                        "The transaction is stored, but something that was to follow it failed. Do not send the request again.");
            case REFUSED, NO_TRANSACTION, INTEGRITY, TOO_MANY_ROWS, ROLLED_BACK, NO_MARKER -> null;
        };
    }

    private static Problem unavailable(SessionFailure failure, String title, String why) {
        String left = failure.outcome() == null ? "" : NOT_YET;
        return new Problem(failure.kind().anchor(), HttpStatus.SERVICE_UNAVAILABLE, title, why + left);
    }

    private static Problem timeout(SessionFailure failure) {
        return new Problem(
                failure.kind().anchor(),
                HttpStatus.GATEWAY_TIMEOUT,
                "Out of time",
                failure.outcome() == null
                        ? "The time for the database was over. There was no transaction: what was answered before has taken effect,"
                                + " and what ran then may have."
                        : "The time of the transaction was over." + AGAIN);
    }

    private ErrorResponse response(
            Throwable error, @Nullable String transaction, @Nullable TransactionOutcome outcome) {
        ProblemDetail body = ProblemDetail.forStatusAndDetail(status, detail);
        body.setType(URI.create(TYPE + name));
        body.setTitle(title);
        if (transaction != null) {
            body.setProperty("transaction", transaction);
        }
        if (outcome != null) {
            body.setProperty("outcome", outcome.name());
        }
        ErrorResponse.Builder response = ErrorResponse.builder(error, body);
        if (error instanceof DatabaseUnavailableException unavailable) {
            response.header(HttpHeaders.RETRY_AFTER, String.valueOf(wholeSeconds(unavailable.retryAfter())));
        }
        return response.build();
    }

    /** At least 1, and not before it is time. */
    private static long wholeSeconds(Duration time) {
        return time.plusSeconds(1).minusNanos(1).toSeconds();
    }
}
