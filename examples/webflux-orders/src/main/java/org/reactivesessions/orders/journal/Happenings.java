package org.reactivesessions.orders.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.observation.BreakerState;
import org.reactivesessions.observation.SessionListener;
import org.springframework.stereotype.Component;

/** What has happened lately that is worth a word. Thread-safe. */
@Component
public class Happenings implements SessionListener {

    private static final int KEPT = 50;

    private final Deque<Happening> latest = new ArrayDeque<>();
    private long told;
    private BreakerState circuit = BreakerState.CLOSED;

    /**
     * Something that has happened. Immutable.
     *
     * @param number from 1, in the order in which they happened
     * @param at when, in milliseconds since 1970
     * @param what in words
     */
    public record Happening(long number, long at, String what) {}

    /**
     * Notes something.
     *
     * @param what in words
     */
    public synchronized void tell(String what) {
        latest.addLast(new Happening(++told, Instant.now().toEpochMilli(), what));
        if (latest.size() > KEPT) {
            latest.removeFirst();
        }
    }

    /**
     * The last ones.
     *
     * @return oldest first
     */
    public synchronized List<Happening> latest() {
        return List.copyOf(latest);
    }

    /**
     * The circuit breaker in front of the database.
     *
     * @return its state, as far as was heard
     */
    public synchronized BreakerState circuit() {
        return circuit;
    }

    @Override
    public void ended(String name, LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {
        if (outcome == TransactionOutcome.IN_DOUBT) {
            tell(name + ": the outcome is in doubt");
        }
    }

    @Override
    public void resolved(String name, TransactionOutcome outcome, Duration took) {
        if (outcome != TransactionOutcome.IN_DOUBT) {
            tell(name + " was in doubt, and turned out to be "
                    + (outcome == TransactionOutcome.COMMITTED ? "committed" : "rolled back"));
        }
    }

    @Override
    public synchronized void circuitChanged(String name, BreakerState from, BreakerState to) {
        circuit = to;
        tell("the circuit is " + to.name().toLowerCase(Locale.ROOT).replace('_', ' '));
    }
}
