package org.reactivesessions.error;

import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientException;
import org.jspecify.annotations.Nullable;

/**
 * The function completed, but the transaction was rolled back, because something inside it had failed and the function
 * swallowed the error: a statement, whereupon the database answered COMMIT with ROLLBACK, or an inner scope that had joined
 * the transaction. The outcome is {@link TransactionOutcome#ROLLED_BACK}, and the cause is the first such error, if there
 * was one. It is not transient: the same function would fail the same way.
 *
 * <p>What to do: let the error pass instead of swallowing it, or contain it in a nested scope.
 *
 * @since 0.1
 */
public final class TransactionRolledBackException extends R2dbcNonTransientException implements SessionFailure {

    private static final long serialVersionUID = 1L;

    private final String transaction;

    /**
     * Creates the error.
     *
     * @param transaction the name of the transaction
     * @param cause the first error the server reported in this transaction, or the driver's error if none was seen
     */
    public TransactionRolledBackException(String transaction, @Nullable Throwable cause) {
        this(
                transaction,
                transaction + ": rolled back by the database, although the function completed: an earlier statement had"
                        + " failed and its error was swallowed. Let that error pass.",
                cause);
    }

    private TransactionRolledBackException(String transaction, String message, @Nullable Throwable cause) {
        super(
                Guidance.added(FailureKind.ROLLED_BACK, message),
                cause instanceof R2dbcException known ? known.getSqlState() : null,
                cause);
        this.transaction = transaction;
    }

    /**
     * Creates the error of a transaction that an inner scope has joined and left without success.
     *
     * @param transaction the name of the transaction
     * @param inner the name of the inner scope
     * @param cause the error of the inner scope, or {@code null} if it was cancelled
     * @return the error
     */
    public static TransactionRolledBackException forInnerScope(
            String transaction, String inner, @Nullable Throwable cause) {
        return new TransactionRolledBackException(
                transaction,
                transaction + ": rolled back, although its function completed: the inner scope \"" + inner
                        + "\" had joined it and "
                        + (cause == null ? "was cancelled" : "failed")
                        + ", so its work is not whole. Let that end the outer function too, or contain it with NESTED.",
                cause);
    }

    /**
     * Creates the error of a transaction whose commit marker was refused, and with it COMMIT.
     *
     * @param transaction the name of the transaction
     * @param reason why it was refused and what to do about it, as a clause that follows a colon
     * @param cause what the database said
     * @return the error
     */
    public static TransactionRolledBackException forMarker(String transaction, String reason, Throwable cause) {
        return new TransactionRolledBackException(
                transaction,
                transaction + ": rolled back, although its function completed: its commit marker was refused: "
                        + reason,
                cause);
    }

    @Override
    public FailureKind kind() {
        return FailureKind.ROLLED_BACK;
    }

    @Override
    public TransactionOutcome outcome() {
        return TransactionOutcome.ROLLED_BACK;
    }

    @Override
    public String session() {
        return transaction;
    }
}
