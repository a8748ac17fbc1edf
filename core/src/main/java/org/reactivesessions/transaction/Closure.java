package org.reactivesessions.transaction;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.SessionsClosedException;
import org.reactivesessions.error.TransactionOutcome;

/**
 * Who closed the sessions, and when, and what everybody hears of it who comes too late or stays too long. Immutable.
 *
 * @param at when
 * @param thread the name of the thread that subscribed to {@code close()}
 * @param grace how long what ran by then may go on
 * @param where the stack of whoever called {@code close()}
 */
record Closure(Instant at, String thread, Duration grace, Throwable where) {

    /** The stack of whoever called {@code close()}: a cause shared by many errors, which nothing is hung on. */
    static final class Where extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Where() {
            super("close() was called here", null, false, true);
        }
    }

    /** Refuses what comes later. */
    static final class Refusal extends IllegalStateException {

        private static final long serialVersionUID = 1L;

        Refusal(String message, Throwable where) {
            super(message, where);
        }
    }

    /** What hears who comes after the close. */
    IllegalStateException refusal(String name) {
        return new Refusal(
                name + ": " + said()
                        + "; nothing was sent. Close them only after their last user; the cause shows where it"
                        + " was done.",
                where);
    }

    /** When, and by whom. */
    String said() {
        return "these sessions were closed at " + at + " by thread \"" + thread + "\"";
    }

    /**
     * What hears who outlasts the grace time.
     *
     * @param phase where it was
     * @param transactional whether it is a transaction
     * @param running the statement that was running, if any
     */
    SessionsClosedException overdue(String name, LifePhase phase, boolean transactional, @Nullable String running) {
        boolean begun = phase != LifePhase.ACQUIRING && phase != LifePhase.BEGINNING;
        TransactionOutcome outcome = begun ? TransactionOutcome.ROLLED_BACK : TransactionOutcome.NOT_STARTED;
        return new SessionsClosedException(
                name,
                transactional ? outcome : null,
                "ended " + (running == null ? "in " + phase : "while it was running: " + running) + "; " + said()
                        + ", and the grace of " + grace.toMillis() + " ms is over. "
                        + (transactional
                                ? (begun ? "It is rolled back" : "It was not started") + ", nothing of it is durable."
                                : "There is no transaction around it: what was answered has taken effect, what was"
                                        + " running may have.")
                        + " Raise closeGrace(), or end the work before close().",
                where);
    }

    /** Whether this is why something ended, which no further attempt can change. */
    static boolean isReasonOf(Throwable error) {
        return error instanceof Refusal || error instanceof SessionsClosedException;
    }
}
