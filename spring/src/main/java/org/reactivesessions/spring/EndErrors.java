package org.reactivesessions.spring;

import io.r2dbc.spi.R2dbcException;
import org.reactivesessions.error.AfterCommitException;
import org.reactivesessions.error.TransactionRolledBackException;
import org.reactivesessions.error.TransactionTimeoutException;
import org.springframework.r2dbc.connection.ConnectionFactoryUtils;
import org.springframework.transaction.TransactionTimedOutException;
import org.springframework.transaction.UnexpectedRollbackException;

/** What Spring calls the errors with which transactions end; the sessions' own is the cause of each. Stateless. */
final class EndErrors {

    private EndErrors() {}

    static Throwable translated(Throwable error) {
        if (error instanceof AfterCommitException after && after.getCause() != null) {
            return after.getCause();
        }
        if (error instanceof TransactionRolledBackException) {
            return new UnexpectedRollbackException(message(error), error);
        }
        if (error instanceof TransactionTimeoutException) {
            TransactionTimedOutException timedOut = new TransactionTimedOutException(message(error));
            timedOut.initCause(error);
            return timedOut;
        }
        return error instanceof R2dbcException driver
                ? ConnectionFactoryUtils.convertR2dbcException("R2DBC commit", null, driver)
                : error;
    }

    static String message(Throwable error) {
        return String.valueOf(error.getMessage());
    }
}
