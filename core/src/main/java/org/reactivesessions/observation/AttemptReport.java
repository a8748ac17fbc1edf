package org.reactivesessions.observation;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;

/**
 * How one run of a transaction went, or a session without one, or a connection that was lent to a library: from the moment it asked
 * for a connection until nothing of it was left on that. The four times follow one another and add up to {@link #total}; one
 * that was not reached is zero. Immutable.
 *
 * @param name the name of the scope
 * @param kind what it was
 * @param attempt 1, and more for a transaction that was run again
 * @param repeated whether another attempt follows
 * @param cancelled whether its subscriber had left before the end
 * @param phase the phase in which its end was decided
 * @param outcome how it ended
 * @param error why it did not commit; {@code null} after a commit and after a cancel that met no further error
 * @param statements how many statements were sent by it and by what was inside it, BEGIN and COMMIT not among them
 * @param acquiring how long it waited for its connection
 * @param beginning how long the answer to BEGIN took from then on
 * @param active how long its function worked from then on, the hooks before COMMIT included; a function that was called before
 *     BEGIN was answered counts from that answer on
 * @param ending how long COMMIT or ROLLBACK took, the reset of the session and the return of the connection included
 * @since 0.1
 */
public record AttemptReport(
        String name,
        Kind kind,
        int attempt,
        boolean repeated,
        boolean cancelled,
        LifePhase phase,
        TransactionOutcome outcome,
        @Nullable Throwable error,
        int statements,
        Duration acquiring,
        Duration beginning,
        Duration active,
        Duration ending) {

    /** What had a connection of its own. */
    public enum Kind {
        /** A transaction. */
        TRANSACTION,
        /** A session without a transaction, or a connection that was lent to a library. */
        SESSION
    }

    /**
     * Returns how long it had its connection.
     *
     * @return zero if it got none
     */
    public Duration held() {
        return beginning.plus(active).plus(ending);
    }

    /**
     * Returns how long it took.
     *
     * @return from its first moment to its last
     */
    public Duration total() {
        return acquiring.plus(held());
    }
}
