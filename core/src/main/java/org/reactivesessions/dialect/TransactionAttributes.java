package org.reactivesessions.dialect;

import io.r2dbc.spi.Option;
import io.r2dbc.spi.TransactionDefinition;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a {@link TransactionDefinition} of this library can say beyond the attributes R2DBC knows. The limit of a wait for a
 * lock is R2DBC's own {@link TransactionDefinition#LOCK_WAIT_TIMEOUT}. Constants; thread-safe.
 *
 * @since 0.1
 */
public final class TransactionAttributes {

    /** The longest a single statement may run; more than zero. The same option as that of R2DBC's connection factories. */
    public static final Option<Duration> STATEMENT_TIMEOUT = Option.valueOf("statementTimeout");

    /** The longest the transaction may wait for its client between two statements; more than zero. */
    public static final Option<Duration> IDLE_TIMEOUT = Option.valueOf("idleInTransactionTimeout");

    /**
     * The longest the whole transaction may take, as a last resort: the server ends the connection. Set by the scope, not by
     * an option of the user, so a dialect that cannot do it leaves it out.
     */
    public static final Option<Duration> TRANSACTION_TIMEOUT = Option.valueOf("transactionTimeout");

    /** Server settings for the length of the transaction, in order: the name in lower case, and one value or several. */
    public static final Option<Map<String, List<String>>> SETTINGS = Option.valueOf("transactionSettings");

    private TransactionAttributes() {}
}
