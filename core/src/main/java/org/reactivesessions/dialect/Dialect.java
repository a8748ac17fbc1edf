package org.reactivesessions.dialect;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.TransactionDefinition;
import org.reactivesessions.wire.GatedConnection;
import org.reactivesessions.wire.StatementGate;
import org.reactivestreams.Publisher;

/**
 * How one database begins, commits, rolls back and is wrapped: the only seam between this library and a database.
 *
 * <p><strong>Subscription:</strong> every publisher returned here is cold, is subscribed once, on the connection's
 * executor, enqueues its message before {@code subscribe} returns, and is never cancelled: the scope waits for its answer
 * or destroys the connection. <strong>Threads:</strong> implementations are thread-safe and shared by all scopes.
 *
 * @since 0.1
 */
public interface Dialect {

    /**
     * Sends BEGIN and everything that belongs to it as one message.
     *
     * @param physical the driver's connection, outside a transaction
     * @param definition what to begin; isolation level, access mode and deferrability are always set
     * @return a publisher that completes when the transaction is open
     */
    Publisher<Void> begin(Connection physical, TransactionDefinition definition);

    /**
     * Sends COMMIT, in a form that tells a database's ROLLBACK from its COMMIT.
     *
     * @param physical the driver's connection
     * @return a publisher that completes if and only if the transaction is durable
     */
    Publisher<Void> commit(Connection physical);

    /**
     * Sends ROLLBACK, whatever the driver believes about its status.
     *
     * @param physical the driver's connection
     * @return a publisher that completes when nothing of the transaction is left
     */
    Publisher<Void> rollback(Connection physical);

    /**
     * Tells whether the last answer left the connection inside a transaction. Answered from memory.
     *
     * @param physical the driver's connection
     * @return whether a transaction is open or failed
     */
    boolean inTransaction(Connection physical);

    /**
     * Tells whether the server itself reported an error and is ready for the next command, as opposed to a lost connection
     * or an error of this process.
     *
     * @param error what BEGIN was answered with
     * @return whether the connection can still be trusted
     */
    boolean isServerError(Throwable error);

    /**
     * Classifies the failure of COMMIT.
     *
     * @param error what {@link #commit} signalled
     * @return what it says; {@link CommitAnswer#UNKNOWN} when in doubt
     */
    CommitAnswer commitAnswer(Throwable error);

    /**
     * Returns the value that binds SQL NULL without a type.
     *
     * @return a value for {@code Statement.bind}
     */
    Object nullParameter();

    /**
     * Wraps the driver's connection for a function.
     *
     * @param physical the driver's connection
     * @param gate the gate of the scope, which every publisher that can put a message on the wire has to pass
     * @param definition what the transaction was begun with
     * @return the façade
     */
    GatedConnection wrap(Connection physical, StatementGate gate, TransactionDefinition definition);
}
