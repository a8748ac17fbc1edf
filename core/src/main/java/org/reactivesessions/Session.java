package org.reactivesessions;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Instant;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

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

    /**
     * Returns connections for a library that manages its own and does not pass the Reactor Context, such as jOOQ: each is
     * this session's, so what the library does is part of this scope. See {@link ReactiveSessions#connectionFactory()}.
     *
     * @return a factory bound to this session
     */
    ConnectionFactory connectionFactory();

    /**
     * Runs a function from a savepoint on: if it fails or is cancelled, only its own work is undone, and whoever handles the
     * error can go on. While it runs, statements of this session are refused, because beside a savepoint that is rolled back
     * they would be lost; use the session given to the function. Nested scopes run one after the other.
     *
     * @param function makes the work from the session of the nested scope; must not return {@code null}
     * @param <T> the type of the value
     * @return a cold mono that emits the value when the savepoint is released; it signals {@link IllegalStateException} if
     *     this session has no transaction, has ended, or has a nested scope that is open
     */
    <T> Mono<T> nested(Function<? super Session, ? extends Mono<? extends T>> function);

    /**
     * Registers what is done inside the transaction when the function has completed, before COMMIT is sent: in the order of
     * registration, each when the one before has completed. An error rolls back and is what the subscriber hears. It is
     * dropped with a nested scope that is rolled back.
     *
     * @param hook makes what is subscribed; a hook uses the session it captured, none is in its Reactor Context
     * @throws IllegalStateException if this session has no transaction, or has ended
     */
    void beforeCommit(Supplier<? extends Publisher<?>> hook);

    /**
     * Registers what is done when COMMIT was answered and the connection is back in the pool, before the subscriber hears of
     * it, also after a cancel that came too late. All of it is done, whatever fails; then the subscriber hears
     * {@link org.reactivesessions.error.AfterCommitException}, and the log too. It is dropped with a nested scope that is
     * rolled back, and not done when the outcome is in doubt.
     *
     * @param hook makes what is subscribed
     * @throws IllegalStateException if this session has no transaction, or has ended
     */
    void afterCommit(Supplier<? extends Publisher<?>> hook);

    /**
     * Registers what is done when the transaction, or the nested scope it was registered in, was rolled back by an error or
     * a cancel and the connection is back. All of it is done, whatever fails; its errors are suppressed on the error the
     * subscriber hears, and logged. It is not done when the outcome is in doubt.
     *
     * @param hook makes what is subscribed
     * @throws IllegalStateException if this session has no transaction, or has ended
     */
    void afterRollback(Supplier<? extends Publisher<?>> hook);

    /**
     * Tells which attempt of its transaction it is, see {@link org.reactivesessions.transaction.TransactionRetry}.
     *
     * @return 1 for the first
     */
    int attempt();

    /**
     * Tells when the transaction began, by the clock of the database: the value of {@code transaction_timestamp()} in every
     * statement of it, to the microsecond. The first time it is a query, afterwards it is answered from memory, also after
     * the end.
     *
     * @return a cold mono; it signals {@link IllegalStateException} if this session has no transaction, or if it was never
     *     read before the end
     */
    Mono<Instant> startedAt();
}
