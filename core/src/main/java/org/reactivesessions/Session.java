package org.reactivesessions;

import io.r2dbc.spi.Connection;
import org.jspecify.annotations.Nullable;

/**
 * What a function works with inside its scope: statements on the scope's connection.
 *
 * <p><strong>Ownership:</strong> belongs to the scope and ends with it; whatever is made from it afterwards signals
 * {@link IllegalStateException} and sends nothing. <strong>Threads:</strong> thread-safe; statements run in the order in
 * which they are subscribed.
 *
 * @since 0.1
 */
public interface Session {

    /**
     * Prepares a statement without parameters, or whose parameters are bound one by one.
     *
     * @param sql the SQL text, with the driver's parameter markers ({@code $1} on PostgreSQL)
     * @return a statement that sends nothing before one of its results is subscribed
     * @throws UnsupportedOperationException if the text carries transaction control
     * @throws IllegalStateException if the scope has ended
     */
    SqlStatement sql(String sql);

    /**
     * Prepares a statement and binds its parameters by position.
     *
     * @param sql the SQL text, with the driver's parameter markers ({@code $1} on PostgreSQL)
     * @param arguments the first argument is bound to the first marker, and so on; {@code null} binds NULL
     * @return a statement that sends nothing before one of its results is subscribed
     * @throws UnsupportedOperationException if the text carries transaction control
     * @throws IllegalStateException if the scope has ended
     */
    SqlStatement sql(String sql, @Nullable Object @Nullable ... arguments);

    /**
     * Returns the connection of the scope, for what {@link #sql} does not offer.
     *
     * @return a façade: statements, batches and what is particular to the driver pass through; closing, beginning and
     *     ending are refused with a message that says what to do; it unwraps to the driver's own interface
     */
    Connection connection();
}
