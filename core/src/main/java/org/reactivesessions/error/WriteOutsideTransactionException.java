package org.reactivesessions.error;

import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;

/**
 * A write outside a transaction, where connections take none. Nothing was written, and the connection is as good as before.
 *
 * @since 0.1
 */
public final class WriteOutsideTransactionException extends R2dbcNonTransientResourceException
        implements SessionFailure {

    private static final long serialVersionUID = 1L;

    private final String session;

    /**
     * Creates the error.
     *
     * @param session the name of the scope
     * @param cause the driver's error
     */
    public WriteOutsideTransactionException(String session, Throwable cause) {
        super(
                Guidance.added(
                        FailureKind.NO_TRANSACTION,
                        session + ": nothing was written, because a session without a transaction only reads: "
                                + Reason.of(cause) + ". Use withTransaction, or autocommitWrites(true)."),
                cause instanceof R2dbcException known ? known.getSqlState() : null,
                cause);
        this.session = session;
    }

    @Override
    public FailureKind kind() {
        return FailureKind.NO_TRANSACTION;
    }

    @Override
    public String session() {
        return session;
    }
}
