package org.reactivesessions.error;

import io.r2dbc.spi.R2dbcTransientResourceException;

/**
 * Somebody else was applying the same operation, and had not ended when the wait for him was over. The function was not
 * called; nothing of this transaction is durable. Whether the operation is applied is known when the other one has ended:
 * ask again.
 *
 * @since 0.1
 */
public final class OperationInProgressException extends R2dbcTransientResourceException implements SessionFailure {

    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final long serialVersionUID = 1L;

    private final String session;

    /**
     * Creates the error.
     *
     * @param session the name of the transaction
     * @param operationId whose key it is
     * @param cause what the database said
     */
    public OperationInProgressException(String session, String operationId, Throwable cause) {
        super(
                Guidance.added(
                        FailureKind.IN_PROGRESS,
                        session + ": the operation \"" + operationId
                                + "\" is being applied by somebody else, who had not ended within lockTimeout; the function was not"
                                + " called. Ask again, or wait longer with lockTimeout()."),
                LOCK_NOT_AVAILABLE,
                cause);
        this.session = session;
    }

    @Override
    public FailureKind kind() {
        return FailureKind.IN_PROGRESS;
    }

    @Override
    public TransactionOutcome outcome() {
        return TransactionOutcome.ROLLED_BACK;
    }

    @Override
    public String session() {
        return session;
    }
}
