package org.reactivesessions.error;

import io.r2dbc.spi.R2dbcTransientResourceException;
import org.jspecify.annotations.Nullable;

/**
 * No connection, or no answer to BEGIN, within the limit. The outcome is {@link TransactionOutcome#NOT_STARTED}: nothing
 * of the transaction is or will be durable, so it may be tried again later.
 *
 * @since 0.1
 */
public final class DatabaseUnavailableException extends R2dbcTransientResourceException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the error.
     *
     * @param message who, what, the limit, the state and what to do
     * @param cause what was seen, if anything
     */
    public DatabaseUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
