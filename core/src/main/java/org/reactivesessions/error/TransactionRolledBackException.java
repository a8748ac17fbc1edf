package org.reactivesessions.error;

import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientException;
import org.jspecify.annotations.Nullable;

/**
 * The function completed, but the database rolled the transaction back: it answered COMMIT with ROLLBACK, because a
 * statement had failed and the function swallowed its error. The outcome is {@link TransactionOutcome#ROLLED_BACK}, and
 * the cause is the first error the server reported. It is not transient: the same function would fail the same way.
 *
 * <p>What to do: let the error of a failed statement pass instead of swallowing it.
 *
 * @since 0.1
 */
public final class TransactionRolledBackException extends R2dbcNonTransientException {

    private static final long serialVersionUID = 1L;

    private final String transaction;

    /**
     * Creates the error.
     *
     * @param transaction the name of the transaction
     * @param cause the first error the server reported in this transaction, or the driver's error if none was seen
     */
    public TransactionRolledBackException(String transaction, @Nullable Throwable cause) {
        super(
                transaction + ": rolled back by the database, although the function completed: an earlier statement had"
                        + " failed and its error was swallowed. Let that error pass.",
                cause instanceof R2dbcException known ? known.getSqlState() : null,
                cause);
        this.transaction = transaction;
    }

    /**
     * Returns the name of the transaction.
     *
     * @return the name given by {@code TransactionOptions.named}, or the default name
     */
    public String transaction() {
        return transaction;
    }
}
