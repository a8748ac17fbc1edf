package org.reactivesessions.transaction;

import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.TransactionDefinition;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.dialect.FailureClass;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.FailureKind;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.SessionFailure;

/** Why a transaction of which nothing is durable is worth another attempt, if it is. Immutable and thread-safe. */
final class RetryReason {

    /** Deep enough for every wrapping that is meant, and an end for those that go round. */
    private static final int DEPTH = 16;

    /** Why. */
    enum Kind {
        /** It is not. */
        NONE,
        /** It lost against another transaction. */
        CONFLICT,
        /** Its connection was lost, could not be had, or led to where nobody can write. */
        OUTAGE
    }

    private final TransactionRetry retry;
    private final Dialect dialect;
    private final TransactionDefinition definition;

    RetryReason(TransactionRetry retry, Dialect dialect, TransactionDefinition definition) {
        this.retry = retry;
        this.dialect = dialect;
        this.definition = definition;
    }

    /**
     * @param phase the phase in which the end was decided
     * @param failure what the subscriber would hear
     * @param firstError the first error the server reported inside; what followed it may only be its echo
     */
    Kind of(LifePhase phase, Throwable failure, @Nullable Throwable firstError) {
        FailureClass what = classify(phase, failure);
        if (what == FailureClass.STALE_PLAN && firstError != null) {
            what = classify(phase, firstError);
        }
        return switch (what) {
            case SERIALIZATION, DEADLOCK -> Kind.CONFLICT;
            case LOCK_TIMEOUT -> when(retry.retriesLockTimeout());
            case STALE_PLAN -> when(retry.retriesStalePlan());
            case DUPLICATE -> when(retry.retriesDuplicateKey() && isSerializable());
            case OUTAGE -> retry.onConnectionLoss() ? Kind.OUTAGE : Kind.NONE;
            case READ_ONLY -> retry.onConnectionLoss() && !isReadOnly() ? Kind.OUTAGE : Kind.NONE;
            case REFUSAL, OTHER -> Kind.NONE;
        };
    }

    private static Kind when(boolean optedIn) {
        return optedIn ? Kind.CONFLICT : Kind.NONE;
    }

    /** Then it is the transaction that takes no writes. */
    private boolean isReadOnly() {
        return Boolean.TRUE.equals(definition.getAttribute(TransactionDefinition.READ_ONLY));
    }

    private boolean isSerializable() {
        return definition.getAttribute(TransactionDefinition.ISOLATION_LEVEL) == IsolationLevel.SERIALIZABLE;
    }

    /** Looks through what the function has wrapped around an error of the database. */
    private FailureClass classify(LifePhase phase, Throwable failure) {
        Throwable error = failure;
        for (int i = 0; error != null && i < DEPTH; i++) {
            if (error instanceof SessionFailure own && (own.outcome() != null || own.kind() == FailureKind.TIMEOUT)) {
                if (own.kind() == FailureKind.ROLLED_BACK) {
                    error = error.getCause(); // which says why; the state it repeats may be that of a transaction in
                    // doubt
                    continue;
                }
                return error instanceof DatabaseUnavailableException away && away.kind() == FailureKind.UNREACHABLE
                        ? FailureClass.OUTAGE
                        : FailureClass.OTHER;
            }
            FailureClass what = error instanceof R2dbcException ? dialect.classify(phase, error) : FailureClass.OTHER;
            if (what != FailureClass.OTHER) {
                return what;
            }
            error = error.getCause();
        }
        return FailureClass.OTHER;
    }
}
