package org.reactivesessions;

import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.reactivesessions.health.HealthReport;
import org.reactivesessions.observation.ActiveSession;
import org.reactivesessions.observation.SessionStatistics;
import org.reactivesessions.pool.PoolStatus;
import org.reactivesessions.transaction.TransactionOptions;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Runs functions in transactions of one database, on connections of its own pool.
 *
 * <pre>{@code
 * Mono<Long> transfer = sessions.withTransaction(session ->
 *     session.sql("UPDATE account SET balance = balance - $1 WHERE id = $2", 100, from).rowsUpdated()
 *         .then(session.sql("UPDATE account SET balance = balance + $1 WHERE id = $2", 100, to).rowsUpdated()));
 * }</pre>
 *
 * <p>A transaction commits when the function's result completes, and rolls back when it fails or when the subscriber
 * cancels. Whatever happens, at every moment of it: no half transaction is left, and the connection goes back to the pool
 * clean or is destroyed.
 *
 * <p><strong>Scopes within scopes:</strong> what is subscribed inside a function finds the scope of that function in the
 * Reactor Context and joins it, unless its {@link org.reactivesessions.transaction.Propagation} says otherwise. The sessions
 * of another database have a scope of their own.
 *
 * <p><strong>Subscription:</strong> every publisher is cold; each subscription outside a scope is a transaction of its own.
 *
 * <p><strong>Cancellation:</strong> a cancel before COMMIT is sent rolls back; once COMMIT is on the wire its answer is
 * waited for, and the outcome goes to the {@link org.reactivesessions.observation.SessionListener} and the log. Clean-up after
 * a cancel runs detached; {@link #quiesced()} waits for it.
 *
 * <p><strong>Threads:</strong> thread-safe. Functions and signals run on the event loop of the connection; do not block
 * there. After a deadline they run on a timer thread.
 *
 * <p><strong>Signals</strong> of every transaction, beside the function's own error, which is never replaced:
 * <ul>
 *   <li>{@link org.reactivesessions.error.DatabaseUnavailableException}: no connection, or no answer to BEGIN, in time;
 *   <li>{@link org.reactivesessions.error.TransactionRolledBackException}: the function completed, but the database rolled
 *       back;
 *   <li>{@link org.reactivesessions.error.CommitOutcomeUnknownException}: COMMIT may or may not have taken effect;
 *   <li>{@link IllegalStateException}: the function completed while a statement of its own was still running, or the
 *       sessions were closed before;
 *   <li>{@link org.reactivesessions.error.SessionsClosedException}: they were closed while it ran, and the grace was over;
 *   <li>the driver's error when a connection cannot be opened, or when BEGIN or COMMIT is refused.
 * </ul>
 *
 * @since 0.1
 */
public interface ReactiveSessions {

    /**
     * Runs a function in a transaction with default options.
     *
     * @param function makes the work from a session; called once per subscription; must not return {@code null}
     * @param <T> the type of the value
     * @return a cold mono that emits the value after COMMIT was answered
     */
    default <T> Mono<T> withTransaction(Function<? super Session, ? extends Mono<? extends T>> function) {
        return withTransaction(TransactionOptions.defaults(), function);
    }

    /**
     * Runs a function in a transaction.
     *
     * @param options what the transaction shall be
     * @param function makes the work from a session; called once per subscription; must not return {@code null}
     * @param <T> the type of the value
     * @return a cold mono that emits the value after COMMIT was answered
     * @throws IllegalArgumentException if the options contradict each other, or a setting's name or value cannot be one
     * @throws UnsupportedOperationException if the dialect cannot do what an option asks for
     */
    <T> Mono<T> withTransaction(
            TransactionOptions options, Function<? super Session, ? extends Mono<? extends T>> function);

    /**
     * Runs a function in a transaction with default options, and streams its elements.
     *
     * @param function makes the work from a session; called once per subscription; must not return {@code null}
     * @param <T> the type of the elements
     * @return a cold flux that emits elements before COMMIT, with the subscriber's demand, and completes after COMMIT was
     *     answered; {@code take(n)} and {@code next()} behind it cancel, and so roll back
     */
    default <T> Flux<T> withTransactionMany(Function<? super Session, ? extends Publisher<? extends T>> function) {
        return withTransactionMany(TransactionOptions.defaults(), function);
    }

    /**
     * Runs a function in a transaction, and streams its elements.
     *
     * @param options what the transaction shall be
     * @param function makes the work from a session; called once per subscription; must not return {@code null}
     * @param <T> the type of the elements
     * @return a cold flux that emits elements before COMMIT, with the subscriber's demand, and completes after COMMIT was
     *     answered; {@code take(n)} and {@code next()} behind it cancel, and so roll back
     * @throws IllegalArgumentException if the options contradict each other, or a setting's name or value cannot be one
     * @throws UnsupportedOperationException if the dialect cannot do what an option asks for
     */
    <T> Flux<T> withTransactionMany(
            TransactionOptions options, Function<? super Session, ? extends Publisher<? extends T>> function);

    /**
     * Runs a function without a transaction, on one connection that is its own for as long as it runs: every statement
     * stands for itself. Inside another scope it joins that one, and so its transaction if it is one.
     *
     * @param function makes the work from a session; called once per subscription; must not return {@code null}
     * @param <T> the type of the value
     * @return a cold mono that emits the value after the connection was given back
     */
    <T> Mono<T> withSession(Function<? super Session, ? extends Mono<? extends T>> function);

    /**
     * Runs a function without a transaction, see {@link #withSession}, and streams its elements.
     *
     * @param function makes the work from a session; called once per subscription; must not return {@code null}
     * @param <T> the type of the elements
     * @return a cold flux that emits elements with the subscriber's demand and completes after the connection was given back
     */
    <T> Flux<T> withSessionMany(Function<? super Session, ? extends Publisher<? extends T>> function);

    /**
     * Runs a pipeline in a transaction with default options, for {@code pipeline.as(sessions::transactional)}: whatever is
     * subscribed in it and asks these sessions for a scope joins that transaction.
     *
     * @param pipeline what to run, subscribed once per transaction
     * @param <T> the type of the value
     * @return a cold mono that emits the value after COMMIT was answered
     */
    default <T> Mono<T> transactional(Mono<T> pipeline) {
        Objects.requireNonNull(pipeline, "pipeline must not be null");
        return withTransaction(session -> pipeline);
    }

    /**
     * Runs a pipeline in a transaction with default options, for {@code pipeline.as(sessions::transactional)}: whatever is
     * subscribed in it and asks these sessions for a scope joins that transaction.
     *
     * @param pipeline what to run, subscribed once per transaction
     * @param <T> the type of the elements
     * @return a cold flux that emits elements before COMMIT and completes after COMMIT was answered
     */
    default <T> Flux<T> transactional(Flux<T> pipeline) {
        Objects.requireNonNull(pipeline, "pipeline must not be null");
        return withTransactionMany(session -> pipeline);
    }

    /**
     * Returns connections for libraries that manage their own.
     *
     * <ul>
     *   <li><strong>Inside a scope</strong> of these sessions, found in the Reactor Context, {@code create()} gives the
     *       connection of that scope: {@code close()} does nothing, {@code beginTransaction} and {@code commitTransaction}
     *       do nothing (a definition that contradicts the transaction is refused), {@code rollbackTransaction} keeps the
     *       transaction from committing, savepoints work. A library that does not pass the Context, like jOOQ, gets
     *       {@link Session#connectionFactory()} instead.
     *   <li><strong>Outside</strong> it gives a connection of the pool, whose owner begins and ends transactions by himself
     *       and gives it back with {@code close()}; what he leaves open is rolled back. A cancel of {@code create()} before
     *       the connection was emitted leaves nothing behind.
     * </ul>
     *
     * <p>In both, transaction control in SQL text is refused.
     *
     * @return a factory, thread-safe
     */
    ConnectionFactory connectionFactory();

    /**
     * Asks the database whether it answers, on a connection of its own outside the pool: count one connection more than
     * {@code maxSize} for every {@code ReactiveSessions}.
     *
     * @return a cold mono that never fails and takes at most the limit of the builder's {@code healthTimeout}; whoever
     *     subscribes while it is being asked hears the same answer, and a cancel leaves it to the others
     */
    Mono<HealthReport> health();

    /**
     * Asks the database whether it answers, see {@link #health}.
     *
     * @return a cold mono of {@code false} only if it is {@link org.reactivesessions.health.HealthStatus#DOWN}
     */
    default Mono<Boolean> isHealthy() {
        return health().map(HealthReport::isHealthy);
    }

    /**
     * Applies an operation once, however often it is asked for, by whom and on which machine: a transaction whose first statement
     * claims the key of the operation. Who comes second waits for the first to end, at most {@code lockTimeout}; if that one has
     * committed he is told so and his function is not called, and if it was rolled back he applies the operation. The
     * transaction is verified by its marker, so that also a lost answer to COMMIT ends in one of the two.
     *
     * <p>Whatever error it ends with, asking again with the same id is safe. Inside another transaction of these sessions it is a
     * part of that, key and effects together, and durable with it; the lock timeout and the verification are the other's then.
     *
     * @param options what the transaction shall be; without a {@code lockTimeout} it gets one of 5 s, which holds for the function's
     *     statements as well; without a {@code verification}, {@code CommitVerification.marker()}
     * @param operationId the key, the same for every attempt of one operation and for no other: such as the id of a request; 1 to
     *     500 characters
     * @param function makes the work, as for {@link #withTransaction}; called only if the operation is not applied
     * @param <T> the type of the value, which is not kept
     * @return a cold mono of one element; {@link org.reactivesessions.error.OperationInProgressException} if somebody else was still
     *     applying it when the wait was over
     * @throws IllegalArgumentException if the id cannot be one, or the options are read-only
     * @throws UnsupportedOperationException if the dialect leaves no markers
     */
    <T> Mono<Once<T>> once(
            TransactionOptions options,
            String operationId,
            Function<? super Session, ? extends Mono<? extends T>> function);

    /**
     * Applies an operation once, see {@link #once(TransactionOptions, String, Function)}.
     *
     * @param operationId the key of the operation
     * @param function makes the work
     * @param <T> the type of the value, which is not kept
     * @return a cold mono of one element
     */
    default <T> Mono<Once<T>> once(
            String operationId, Function<? super Session, ? extends Mono<? extends T>> function) {
        return once(TransactionOptions.defaults().named("once"), operationId, function);
    }

    /**
     * Looks at the pool. When a subscriber hears the end of its transaction, its connection no longer counts as acquired,
     * unless it hears early: by its own time limit, or the value of a read while COMMIT is on the wire.
     *
     * @return the figures at this moment
     */
    PoolStatus poolStatus();

    /**
     * Looks at everything that is under way: transactions, sessions, scopes inside them, and connections that were lent. It costs
     * those nothing, and the caller a walk over all of them.
     *
     * @return how they are at this moment, in the order in which they began; unmodifiable
     */
    List<ActiveSession> activeSessions();

    /**
     * Tells what has become of transactions, sessions and connections, since the start and since this was called before, by
     * whomever. It is counted always, without a listener and without anything else on the class path, and costs a transaction some
     * additions and no allocation.
     *
     * @return the figures at this moment; those since the last call begin anew with every call, in which nothing is lost and nothing
     *     counted twice
     */
    SessionStatistics statistics();

    /**
     * Keeps no connection that is open now, for when the database has moved or changed: idle ones are closed when the pool comes
     * across them, before anybody gets one and after 30 s at most, and those in use when they are given back. Transactions that
     * are under way notice nothing.
     *
     * @return a cold mono that acts when subscribed, and completes at once
     */
    Mono<Void> reset();

    /**
     * Waits for the clean-up of cancelled transactions.
     *
     * @return a cold mono that completes when no transaction is being cleaned up whose subscriber has left
     */
    Mono<Void> quiesced();

    /**
     * Asks the database until it answers, for a program that is not to start without it: each attempt gets a connection of the
     * pool and asks on it, so that address, credentials, database and what is done with every new connection are tried. The
     * circuit breaker is not asked, and is closed by the answer. Then the connections that are to be kept are opened side by side,
     * and those there may be are compared with what the database has room for, which can be a warning, and no error.
     *
     * <p>It is the place to wait for the database when a program starts; no transaction needs it to have been called.
     *
     * <p><strong>Signals:</strong> {@link org.reactivesessions.error.DatabaseRefusedException} for a wrong user, password or
     * database, which is not tried again; {@link org.reactivesessions.error.DatabaseUnavailableException} after the last attempt,
     * with how many there were, over what time, and the last error as its cause; {@link IllegalStateException} if the sessions
     * were closed.
     *
     * @param attempts how often to ask, at least 1
     * @param delay how long to wait after an attempt that failed, 0 to 24 h
     * @return a cold mono; each attempt takes at most {@code acquireTimeout} and the {@code control} limit of
     *     {@link org.reactivesessions.transaction.TimeLimits}; a cancel ends it
     * @throws IllegalArgumentException if one of them is out of its range
     */
    Mono<Void> verify(int attempts, Duration delay);

    /**
     * Closes these sessions: refuses what is new, waits for what runs for as long as the builder's {@code closeGrace} says (30 s),
     * ends what still runs then, and closes every connection.
     *
     * <ul>
     *   <li><strong>Refused</strong> at once, by an {@link IllegalStateException} that says when they were closed and by which
     *       thread, and whose cause is the stack of that call: whatever begins outside a scope, {@code connectionFactory()} and
     *       {@link #verify} among it. {@link #health} reports {@code DOWN} when all has ended.
     *   <li><strong>Not refused</strong> during the grace: what belongs to something that runs, which is scopes inside it, with
     *       {@code REQUIRES_NEW} too, its further attempts, its hooks, and asking what has become of its COMMIT.
     *   <li><strong>After the grace</strong> whoever still runs hears a
     *       {@link org.reactivesessions.error.SessionsClosedException}: what waits, for a connection or for its next attempt, was
     *       not started; what runs is cancelled, also on the server, and rolled back. A transaction that commits is left its limit
     *       for COMMIT. A connection that was handed out is taken back, and what its owner has running fails.
     * </ul>
     *
     * <p><strong>Subscription:</strong> the first one closes; every other one waits for the same end. A cancel leaves it to go on.
     *
     * @return a cold mono that completes when no connection is left; after the grace it takes no longer than the limits for COMMIT,
     *     BEGIN, ROLLBACK and for opening and closing connections, whatever the database does. Never fails
     */
    Mono<Void> close();

    /**
     * Makes sessions for any R2DBC driver.
     *
     * @param connectionFactory the driver's factory, not a pool
     * @return a builder
     */
    static ReactiveSessionsBuilder builder(ConnectionFactory connectionFactory) {
        return new ReactiveSessionsBuilder(connectionFactory);
    }
}
