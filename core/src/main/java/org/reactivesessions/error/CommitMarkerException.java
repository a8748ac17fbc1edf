package org.reactivesessions.error;

import io.r2dbc.spi.R2dbcNonTransientResourceException;

/**
 * A transaction is to leave a commit marker, and the database has not what that takes: its tables, the right to use them, or a
 * clock that agrees. Nothing was sent; the outcome is {@link TransactionOutcome#NOT_STARTED}.
 *
 * @since 0.1
 */
public final class CommitMarkerException extends R2dbcNonTransientResourceException implements SessionFailure {

    private static final long serialVersionUID = 1L;

    private final String session;

    /**
     * Creates the error.
     *
     * @param session the name of the transaction
     * @param missing what is missing and what to do about it, as a clause that follows a colon
     */
    public CommitMarkerException(String session, String missing) {
        super(Guidance.added(
                FailureKind.NO_MARKER,
                session + ": it is to be verified by a commit marker, but none can be left, so nothing was sent: "
                        + missing));
        this.session = session;
    }

    @Override
    public FailureKind kind() {
        return FailureKind.NO_MARKER;
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
