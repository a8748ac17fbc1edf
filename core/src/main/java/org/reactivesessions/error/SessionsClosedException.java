package org.reactivesessions.error;

import io.r2dbc.spi.R2dbcNonTransientResourceException;
import org.jspecify.annotations.Nullable;

/**
 * A scope was ended because its sessions were closed and the grace time for what still ran was over. A transaction is rolled
 * back, or was never begun: nothing of it is or will be durable. One whose COMMIT was already decided is not ended like this. The
 * cause shows where the sessions were closed.
 *
 * @since 0.1
 */
public final class SessionsClosedException extends R2dbcNonTransientResourceException implements SessionFailure {

    private static final long serialVersionUID = 1L;

    private final String session;
    private final @Nullable TransactionOutcome outcome;

    /**
     * Creates the error.
     *
     * @param session the name of the scope
     * @param outcome how the transaction ended, {@code null} if there is none
     * @param message what, the limit, the state and what to do; the name of the scope goes before it
     * @param where where the sessions were closed
     */
    public SessionsClosedException(
            String session, @Nullable TransactionOutcome outcome, String message, Throwable where) {
        super(Guidance.added(FailureKind.CLOSED, session + ": " + message), where);
        this.session = session;
        this.outcome = outcome;
    }

    @Override
    public FailureKind kind() {
        return FailureKind.CLOSED;
    }

    @Override
    public String session() {
        return session;
    }

    /**
     * Returns how the transaction ended, as far as it was known when the grace time was over.
     *
     * @return {@link TransactionOutcome#NOT_STARTED} before BEGIN was answered, also if the answer comes later and is undone;
     *     otherwise {@link TransactionOutcome#ROLLED_BACK}; {@code null} where every statement stands for itself: outside
     *     transactions, and for the owner of a connection of {@code connectionFactory()}
     */
    @Override
    public @Nullable TransactionOutcome outcome() {
        return outcome;
    }
}
