package org.reactivesessions.postgres;

import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.TransactionDefinition;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.TransactionAttributes;

/**
 * What BEGIN's message says apart from settings: one of few different texts, because limits stand on the
 * {@link TimeoutLadder}. None of its commands takes a snapshot. Immutable.
 *
 * @param isolation the isolation level, or {@code null} for the server's
 * @param readOnly the access mode, or {@code null} for the server's
 * @param deferrable the deferrability, or {@code null} for the server's
 * @param statementTimeout milliseconds, or 0 to leave it alone
 * @param lockTimeout milliseconds, or 0 to leave it alone
 * @param idleTimeout milliseconds, or 0 to leave it alone
 * @param transactionTimeout milliseconds, or 0 to leave it alone
 */
record BeginModes(
        @Nullable IsolationLevel isolation,
        @Nullable Boolean readOnly,
        @Nullable Boolean deferrable,
        int statementTimeout,
        int lockTimeout,
        int idleTimeout,
        int transactionTimeout) {

    private static final Option<Boolean> DEFERRABLE = Option.valueOf("deferrable");

    /** @param transactionTimeouts whether the server has {@code transaction_timeout}, as 17 and later do */
    static BeginModes of(TransactionDefinition definition, boolean transactionTimeouts) {
        return new BeginModes(
                definition.getAttribute(TransactionDefinition.ISOLATION_LEVEL),
                definition.getAttribute(TransactionDefinition.READ_ONLY),
                definition.getAttribute(DEFERRABLE),
                rung(definition.getAttribute(TransactionAttributes.STATEMENT_TIMEOUT)),
                rung(definition.getAttribute(TransactionDefinition.LOCK_WAIT_TIMEOUT)),
                rung(definition.getAttribute(TransactionAttributes.IDLE_TIMEOUT)),
                transactionTimeouts ? rung(definition.getAttribute(TransactionAttributes.TRANSACTION_TIMEOUT)) : 0);
    }

    private static int rung(@Nullable Duration timeout) {
        return timeout == null ? 0 : TimeoutLadder.millis(timeout);
    }

    /** Whether it says no more than the driver's own BEGIN can. */
    boolean isPlain() {
        return (statementTimeout | lockTimeout | idleTimeout | transactionTimeout) == 0;
    }

    /** The whole message. */
    String text() {
        StringBuilder text = new StringBuilder("BEGIN");
        String separator = " ";
        if (isolation != null) {
            text.append(" ISOLATION LEVEL ").append(isolation.asSql());
            separator = ", ";
        }
        if (readOnly != null) {
            text.append(separator).append(readOnly ? "READ ONLY" : "READ WRITE");
            separator = ", ";
        }
        if (deferrable != null) {
            text.append(separator).append(deferrable ? "DEFERRABLE" : "NOT DEFERRABLE");
        }
        set(text, "statement_timeout", statementTimeout);
        set(text, "lock_timeout", lockTimeout);
        set(text, "idle_in_transaction_session_timeout", idleTimeout);
        if (transactionTimeout > 0) {
            // One that is armed already, by a default of the role, cannot be shortened; it can be taken away.
            text.append("; SET LOCAL transaction_timeout = 0");
            set(text, "transaction_timeout", transactionTimeout);
        }
        return text.toString();
    }

    private static void set(StringBuilder text, String parameter, int millis) {
        if (millis > 0) {
            text.append("; SET LOCAL ").append(parameter).append(" = ").append(millis);
        }
    }
}
