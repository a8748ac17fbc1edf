package org.reactivesessions.error;

import io.r2dbc.spi.R2dbcPermissionDeniedException;
import org.jspecify.annotations.Nullable;

/**
 * The database answered, and there is no connection for good: it refused the user, the password or the name of the database; or
 * it was not trusted with them: its certificate, or how it wants to be shown a password, is not what was asked for; or there is
 * no password to log in with. The outcome is {@link TransactionOutcome#NOT_STARTED}. Trying again without a change would fail
 * the same way, so it is neither retried nor counted as an outage. The SQLSTATE is the database's; there is none if the
 * database was not the one that refused.
 *
 * @since 0.1
 */
public final class DatabaseRefusedException extends R2dbcPermissionDeniedException implements SessionFailure {

    private static final long serialVersionUID = 1L;

    private final String session;

    /**
     * Creates the error.
     *
     * @param session the name of the scope
     * @param message what the database said, and what to do; the name of the scope goes before it
     * @param sqlState the database's, {@code null} if it was not the database that refused
     * @param cause the driver's error
     */
    public DatabaseRefusedException(
            String session, String message, @Nullable String sqlState, @Nullable Throwable cause) {
        super(Guidance.added(FailureKind.REFUSED, session + ": " + message), sqlState, cause);
        this.session = session;
    }

    @Override
    public FailureKind kind() {
        return FailureKind.REFUSED;
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
