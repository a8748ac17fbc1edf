package org.reactivesessions.observation;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;

/**
 * A listener for the end of transactions, and for what happens on the way to their connections. It is the only seam between this library and metrics, traces or audits.
 *
 * <p><strong>Threads:</strong> called on the thread that ended the transaction, mostly the event loop of its connection,
 * after the connection was given back and before the subscriber hears anything. An implementation must be thread-safe and
 * must not block. What it throws is logged and changes nothing.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface SessionListener {

    /**
     * Hears that a transaction has ended, exactly once per transaction, also after its subscriber has cancelled.
     *
     * @param name the name of the transaction
     * @param phase the phase in which its end was decided: {@link LifePhase#COMMITTING} when the function had completed,
     *     otherwise the phase that was cut short
     * @param outcome how it ended
     * @param error why it did not commit; {@code null} after a commit and after a cancel that met no further error
     */
    void ended(String name, LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error);

    /**
     * Hears that another attempt to get a connection will be made.
     *
     * @param name the name of the scope
     * @param attempt the number of that attempt, at least 2
     * @param wait how long it waits first
     * @param error why the attempt before it failed
     */
    default void retrying(String name, int attempt, Duration wait, Throwable error) {}

    /**
     * Hears that an attempt of a transaction has ended, and that the transaction will be run again: {@link #ended} is not called
     * for this attempt.
     *
     * @param name the name of the transaction
     * @param attempt the number of the next attempt, at least 2
     * @param wait how long it waits first
     * @param outcome how this attempt ended: {@link TransactionOutcome#ROLLED_BACK} or {@link TransactionOutcome#NOT_STARTED}
     * @param error why
     */
    default void repeating(String name, int attempt, Duration wait, TransactionOutcome outcome, Throwable error) {}

    /**
     * Hears that the database was asked after a transaction that was in doubt. {@link #ended}, or {@link #repeating}, follows.
     *
     * @param name the name of the transaction
     * @param outcome what it turned out to be; {@link TransactionOutcome#IN_DOUBT} if the database could not tell in time
     * @param took how long that took, from the loss of the connection on
     */
    default void resolved(String name, TransactionOutcome outcome, Duration took) {}

    /**
     * Hears that the circuit breaker in front of the database has changed its state.
     *
     * @param name the name of the breaker
     * @param from the state it had
     * @param to the state it has
     */
    default void circuitChanged(String name, BreakerState from, BreakerState to) {}
}
