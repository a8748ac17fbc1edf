package org.reactivesessions.error;

import io.r2dbc.spi.R2dbcNonTransientResourceException;

/**
 * A transaction that is to write, while the database takes no writes. Nothing was sent; the outcome is
 * {@link TransactionOutcome#NOT_STARTED}.
 *
 * @since 0.1
 */
public final class DatabaseReadOnlyException extends R2dbcNonTransientResourceException implements SessionFailure {

    private static final String READ_ONLY_SQL_TRANSACTION = "25006";
    private static final long serialVersionUID = 1L;

    private final String session;

    /**
     * Creates the error.
     *
     * @param session the name of the scope
     * @param reason why the database takes no writes
     */
    public DatabaseReadOnlyException(String session, String reason) {
        super(
                Guidance.added(
                        FailureKind.READ_ONLY,
                        session + ": nothing was sent, because the database takes no writes: " + reason
                                + ". It is asked again every second; a transaction that only reads may be readOnly()."),
                READ_ONLY_SQL_TRANSACTION);
        this.session = session;
    }

    @Override
    public FailureKind kind() {
        return FailureKind.READ_ONLY;
    }

    @Override
    public TransactionOutcome outcome() {
        return TransactionOutcome.NOT_STARTED;
    }

    @Override
    public String session() {
        return session;
    }
}
