package org.reactivesessions;

import io.r2dbc.spi.Readable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One statement of a {@link Session}.
 *
 * <p><strong>Subscription:</strong> every result is cold and can be subscribed again; each subscription sends the
 * statement with the values bound when the result was made, and reads its result to the end.
 * <strong>Cancellation:</strong> ends the delivery; the driver reads and drops what the server still sends.
 * <strong>Threads:</strong> binding is not thread-safe; the results are.
 *
 * <p><strong>Signals</strong> of every result: the driver's error, {@link IllegalStateException} after the end of the
 * scope, and the driver's {@link IllegalArgumentException} or {@link IndexOutOfBoundsException} for values that do not fit.
 *
 * @since 0.1
 */
public interface SqlStatement {

    /**
     * Binds a value by position.
     *
     * @param index counted from 0, so {@code $1} is 0; see {@link Session#sql(String, Object...)} for a form without it
     * @param value a value of a type the driver knows, or {@code null} for NULL
     * @return this statement
     */
    SqlStatement bind(int index, @Nullable Object value);

    /**
     * Binds a value by name.
     *
     * @param name the marker as the driver spells it, {@code $1} on PostgreSQL
     * @param value a value of a type the driver knows, or {@code null} for NULL
     * @return this statement
     */
    SqlStatement bind(String name, @Nullable Object value);

    /**
     * Begins the next set of values, to run the statement once per set. A last set without values is dropped.
     *
     * @return this statement
     */
    SqlStatement add();

    /**
     * Reads rows in portions, which bounds what the server prepares ahead, and costs a round trip each.
     *
     * @param rows rows per portion, 0 for all at once; default 0
     * @return this statement
     * @throws IllegalArgumentException if {@code rows} is negative
     */
    SqlStatement fetchSize(int rows);

    /**
     * Reads at most one row.
     *
     * @param mapper maps the row; must not return {@code null}
     * @param <T> the type of the value
     * @return a cold mono of the row, empty if there is none; signals
     *     {@link org.reactivesessions.error.TooManyRowsException} if there are more
     */
    <T> Mono<T> one(Function<? super Readable, ? extends T> mapper);

    /**
     * Reads the first row and no more: by a cursor, so that the rest is neither sent nor read.
     *
     * @param mapper maps the row; must not return {@code null}
     * @param <T> the type of the value
     * @return a cold mono of the first row, empty if there is none
     */
    <T> Mono<T> first(Function<? super Readable, ? extends T> mapper);

    /**
     * Reads the rows in portions from a cursor that the server keeps: each portion is an exchange of its own, so other
     * statements of the session, and nested scopes, can run between two rows, as when rows are updated while they are
     * streamed. Only in a transaction; the next portion is read when the last row of one was taken, and it waits for a nested
     * scope that is open. A stream that is cancelled leaves the cursor open until the transaction ends.
     *
     * @param rows how many rows make a portion, at least 1
     * @return this statement, for {@link #all}, {@link #one} and {@link #first}
     * @throws IllegalArgumentException if {@code rows} is less than 1
     * @throws IllegalStateException if the session has no transaction
     * @throws UnsupportedOperationException if the database has no cursors in SQL
     */
    SqlStatement cursor(int rows);

    /**
     * Reads all rows as they come.
     *
     * @param mapper maps a row; must not return {@code null}
     * @param <T> the type of the values
     * @return a cold flux of the rows, which honours demand
     */
    <T> Flux<T> all(Function<? super Readable, ? extends T> mapper);

    /**
     * Runs the statement and counts the rows it inserted, updated or deleted.
     *
     * @return a cold mono of the count over all sets of values; 0 for a statement that counts none
     */
    Mono<Long> rowsUpdated();

    /**
     * Runs the statement and drops what it returns.
     *
     * @return a cold mono that completes when the statement has run
     */
    Mono<Void> execute();
}
