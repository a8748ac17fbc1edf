package org.reactivesessions.mcp;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.IntegrityViolationException;
import org.reactivesessions.error.SessionFailure;
import org.reactivesessions.error.TransactionOutcome;

/**
 * How a transfer has ended. Immutable.
 *
 * @param status one of {@link #STATUSES}
 * @param reason why, if it did not commit
 * @param retryAfter when it may be worth trying again, if that is known
 */
record Ending(
        String status, @Nullable String reason, @Nullable Duration retryAfter) {

    static final String COMMITTED = name(TransactionOutcome.COMMITTED);

    private static final String REFUSED = "refused";

    static final List<String> STATUSES = List.of(
            COMMITTED,
            name(TransactionOutcome.ROLLED_BACK),
            name(TransactionOutcome.NOT_STARTED),
            name(TransactionOutcome.IN_DOUBT),
            REFUSED);

    static Ending committed() {
        return new Ending(COMMITTED, null, null);
    }

    static Ending refused(IllegalArgumentException arguments) {
        return new Ending(REFUSED, String.valueOf(arguments.getMessage()), null);
    }

    /** An error of a function or a statement does not know the outcome; COMMIT was not sent behind it. */
    static Ending of(Throwable error) {
        TransactionOutcome outcome = error instanceof SessionFailure failure ? failure.outcome() : null;
        return new Ending(
                name(outcome == null ? TransactionOutcome.ROLLED_BACK : outcome),
                reason(error),
                error instanceof DatabaseUnavailableException unavailable ? unavailable.retryAfter() : null);
    }

    private static String reason(Throwable error) {
        if (error instanceof UnknownAccountException unknown) {
            return String.valueOf(unknown.getMessage());
        }
        if (error instanceof IntegrityViolationException violated && "not_overdrawn".equals(violated.constraint())) {
            return "the account has not that much";
        }
        if (!(error instanceof SessionFailure failure)) {
            return "the database refused it";
        }
        return switch (failure.kind()) {
            case UNREACHABLE, CIRCUIT_OPEN -> "the database does not answer";
            case SATURATED, OVERLOADED -> "the service is too busy";
            case READ_ONLY -> "the database takes no writes at the moment";
            case TIMEOUT -> "the time was over";
            case COMMIT_UNKNOWN ->
                "the connection was lost while it was being stored; look at the balances before another attempt";
            default -> "the service cannot do it: " + failure.kind().anchor();
        };
    }

    private static String name(TransactionOutcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT);
    }

    Map<String, Object> asMap() {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("status", status);
        if (reason != null) {
            answer.put("reason", reason);
        }
        if (retryAfter != null) {
            answer.put("retryAfterMillis", retryAfter.toMillis());
        }
        return answer;
    }
}
