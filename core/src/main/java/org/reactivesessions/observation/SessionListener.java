package org.reactivesessions.observation;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import reactor.util.context.ContextView;

/**
 * A listener for what becomes of transactions, their connections and whoever uses either wrongly. It is the only seam between this
 * library and metrics, traces or audits.
 *
 * <p><strong>Threads:</strong> called on the thread that brought about what it hears, mostly the event loop of a connection; of an end
 * after the connection was given back and before the subscriber hears anything. An implementation must be thread-safe and
 * must not block. What it throws is logged and changes nothing, neither for the transaction nor for other listeners.
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

    /**
     * Hears that a transaction was subscribed. {@link #ended} follows, exactly once.
     *
     * @param name the name of the transaction
     * @param context the Reactor Context of its subscriber
     * @return who watches this one transaction, {@code null} for nobody
     */
    default @Nullable TransactionObserver started(String name, ContextView context) {
        return null;
    }

    /**
     * Hears how a run of a transaction went, or a session without one, or a connection that was lent to a library; of what is nested
     * inside one nothing. Comes before {@link #repeating} or {@link #ended}.
     *
     * @param report how it went
     */
    default void attempted(AttemptReport report) {}

    /**
     * Hears that the hooks of a transaction ran. Of hooks that were cancelled on the way nothing is heard.
     *
     * @param name the name of the transaction
     * @param moment when they ran
     * @param took how long all of them took
     * @param error what one failed with, {@code null} if none did
     */
    default void hooksRan(String name, HookMoment moment, Duration took, @Nullable Throwable error) {}

    /**
     * Hears that a connection was opened and prepared.
     *
     * @param took how long that took
     */
    default void connectionOpened(Duration took) {}

    /**
     * Hears that a connection could not be opened.
     *
     * @param took after what time that was known
     * @param error why
     */
    default void connectionRefused(Duration took, Throwable error) {}

    /**
     * Hears that the pool closes a connection.
     *
     * @param why what made it
     */
    default void connectionClosed(ConnectionEnd why) {}

    /**
     * Hears that somebody gets nowhere, once for each phase of his in which he does; see {@link WatchOptions#warnAfter}.
     *
     * @param session how he looked
     */
    default void suspected(ActiveSession session) {}

    /**
     * Hears that a session, its connection, a statement of it or its hooks were used after its end; nothing was sent. Of a function
     * that was cut short, by a cancel or a timeout, nothing is heard: it cannot know that it comes too late.
     *
     * @param name the name of the scope whose connection it was
     * @param use carries the stack of the use, and, suppressed, that of the end if it was kept
     */
    default void usedAfterEnd(String name, Throwable use) {}

    /**
     * Returns one that ignores everything.
     *
     * @return always the same
     */
    static SessionListener none() {
        return SessionListeners.NONE;
    }

    /**
     * Makes one listener of several, each of which hears everything, whatever the others throw.
     *
     * @param listeners in the order in which they hear
     * @return a listener; the first of them that gives a {@link TransactionObserver} sees the subscriber's Context, and each of
     *     the others what the one before it has made of it
     */
    static SessionListener all(List<? extends SessionListener> listeners) {
        List<SessionListener> hearing =
                listeners.stream().filter(each -> each != none()).collect(Collectors.toUnmodifiableList());
        return switch (hearing.size()) {
            case 0 -> none();
            case 1 -> hearing.get(0);
            default -> new SessionListeners(hearing);
        };
    }
}
