package org.reactivesessions.observation;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import reactor.util.context.Context;

/**
 * Watches one transaction from its subscription to its end, through all its attempts, as a trace does.
 *
 * <p><strong>Threads:</strong> one call at a time, each on the thread that brought about what it tells, mostly an event loop; must not
 * block. What it throws is logged and changes nothing.
 *
 * @since 0.1
 */
public interface TransactionObserver {

    /**
     * Decides what the transaction's function, its hooks and its clean-up see as Reactor Context. Asked once, first of all.
     *
     * @param context the subscriber's
     * @return that, or one made from it
     */
    default Context inside(Context context) {
        return context;
    }

    /**
     * Hears that an attempt has got its connection.
     *
     * @param attempt which one, from 1
     * @param waited how long it has waited for it
     */
    default void acquired(int attempt, Duration waited) {}

    /**
     * Hears that an attempt has ended.
     *
     * @param report how it went
     */
    default void attempted(AttemptReport report) {}

    /**
     * Hears that the transaction has ended, exactly once, last of all.
     *
     * @param phase the phase in which its end was decided
     * @param outcome how it ended
     * @param error why it did not commit; {@code null} after a commit and after a cancel that met no further error
     */
    default void ended(LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {}
}
