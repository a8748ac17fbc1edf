package org.reactivesessions.error;

import io.r2dbc.spi.R2dbcNonTransientException;

/**
 * The transaction is COMMITTED, but something that was to be done after the commit failed. It must not be run again. The
 * cause is the first error of a hook; errors of further hooks are suppressed on it.
 *
 * <p>What to do: make up for what the hook did not do; the transaction itself is durable.
 *
 * @since 0.1
 */
public final class AfterCommitException extends R2dbcNonTransientException implements SessionFailure {

    private static final long serialVersionUID = 1L;

    private final String transaction;

    /**
     * Creates the error.
     *
     * @param transaction the name of the transaction
     * @param cause what the hook failed with
     */
    public AfterCommitException(String transaction, Throwable cause) {
        super(
                Guidance.added(
                        FailureKind.AFTER_COMMIT,
                        transaction + ": the transaction is COMMITTED, but a hook after the commit failed: "
                                + cause.getMessage() + ". Do not run the transaction again; make up for the hook."),
                cause);
        this.transaction = transaction;
    }

    @Override
    public FailureKind kind() {
        return FailureKind.AFTER_COMMIT;
    }

    @Override
    public String session() {
        return transaction;
    }

    /**
     * Returns how the transaction ended.
     *
     * @return always {@link TransactionOutcome#COMMITTED}
     */
    @Override
    public TransactionOutcome outcome() {
        return TransactionOutcome.COMMITTED;
    }
}
