package org.reactivesessions.dialect;

import io.r2dbc.spi.Connection;
import org.reactivestreams.Publisher;

/**
 * How what a scope has left on its connection is taken away, so that the next one finds the connection as it was when it was
 * opened: settings, the guard's among them, the role, locks, temporary tables, channels listened to, cursors, prepared
 * statements that the driver does not know of. What was done with the connection when it was opened is done again afterwards.
 *
 * <p><strong>Subscription:</strong> as for {@link Dialect}: cold, subscribed once, on the connection's executor, enqueued
 * before {@code subscribe} returns, and never cancelled. <strong>Threads:</strong> implementations are thread-safe.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface SessionReset {

    /**
     * Takes it away, in one exchange.
     *
     * @param physical the driver's connection, outside a transaction
     * @return a publisher that completes when nothing is left that it knows of; its error costs the connection
     */
    Publisher<Void> reset(Connection physical);
}
