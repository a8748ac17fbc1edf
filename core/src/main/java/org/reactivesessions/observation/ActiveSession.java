package org.reactivesessions.observation;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.LifePhase;

/**
 * Somebody who works with the database, or is about to, as he was at one moment: a transaction, a session without one, a scope
 * inside either, or a connection that was lent to a library. Immutable.
 *
 * @param name the name of the scope
 * @param inside the name of the scope it is part of, whose connection it uses; {@code null} if it is part of none
 * @param phase where it is; {@code ACQUIRING} also between two attempts
 * @param age how long ago it began; of a transaction that is run again, this attempt
 * @param inPhase for how long it has been in its phase
 * @param attempt 1, and more for a transaction that is run again
 * @param statements how many statements were sent by it and by what is inside it, BEGIN and COMMIT not among them
 * @param lastStatement the text of the last of them, without what is bound to it; {@code null} before the first
 * @param backend the number by which the server knows its connection, which is {@code pid} in PostgreSQL's
 *     {@code pg_stat_activity}; {@code null} if it has no connection, or nobody knows
 * @param waitsFor what has to happen before it goes on
 * @param waitingPosition its place among those who wait for a connection, from 1 in the order in which they came; 0 if it does
 *     not wait for one
 * @param assembly the stack in which it was assembled, {@code null} if that was not kept, see {@link WatchOptions#stacks}
 * @since 0.1
 */
public record ActiveSession(
        String name,
        @Nullable String inside,
        LifePhase phase,
        Duration age,
        Duration inPhase,
        int attempt,
        int statements,
        @Nullable String lastStatement,
        @Nullable Long backend,
        WaitsFor waitsFor,
        int waitingPosition,
        @Nullable Throwable assembly) {}
