package org.reactivesessions.dialect;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.TransactionDefinition;
import org.reactivestreams.Publisher;

/**
 * What keeps a physical connection from writing where no transaction was begun for it: outside a transaction it refuses
 * every write to tables, so a statement may be sent behind a BEGIN that is not answered. If BEGIN then fails, the statement
 * changes nothing.
 *
 * <p><strong>Subscription:</strong> as for {@link Dialect}: cold, subscribed once, on the connection's executor, enqueued
 * before {@code subscribe} returns, never cancelled. <strong>Threads:</strong> implementations are thread-safe.
 *
 * @since 0.1
 */
public interface WriteGuard {

    /**
     * Asks a connection that was opened just now whether it is guarded.
     *
     * @param physical the driver's connection, outside a transaction
     * @return a publisher of the answer; {@code false} means that it is used without what a guard allows
     */
    Publisher<Boolean> isUp(Connection physical);

    /**
     * Sends BEGIN like {@link Dialect#begin}, and asks in the same message whether the guard is still up, because the
     * statements of an earlier scope may have taken it down.
     *
     * @param physical the driver's connection, outside a transaction
     * @param definition what to begin
     * @return a publisher of the answer, which comes when the transaction is open
     */
    Publisher<Boolean> beginAndLook(Connection physical, TransactionDefinition definition);

    /**
     * Tells whether a connection may be used by the next scope before the COMMIT of the last one is answered.
     *
     * @return whether {@link #beginBehindCommit} may be called
     */
    boolean overlaps();

    /**
     * Sends BEGIN like {@link Dialect#begin} on a connection whose last COMMIT is not answered, so that the driver still
     * takes it for being inside a transaction.
     *
     * @param physical the driver's connection, with COMMIT on the wire
     * @param definition what to begin
     * @return a publisher whose element comes when the transaction is open, and says whether it is one of its own, and not the
     *     one before that goes on
     */
    Publisher<Boolean> beginBehindCommit(Connection physical, TransactionDefinition definition);

    /**
     * Takes the guard down, for somebody who begins his own transactions.
     *
     * @param physical the driver's connection, outside a transaction
     * @return a publisher that completes when it is down
     */
    Publisher<Void> lower(Connection physical);

    /**
     * Puts the guard up again.
     *
     * @param physical the driver's connection, outside a transaction
     * @return a publisher that completes when it is up, and everything sent before is done
     */
    Publisher<Void> raise(Connection physical);
}
