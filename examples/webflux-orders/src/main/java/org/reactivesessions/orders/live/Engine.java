package org.reactivesessions.orders.live;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whoever runs the transactions, as far as it can be looked at. Looking costs those at work nothing. Thread-safe. */
interface Engine {

    /** What it is called. */
    String name();

    Outcomes outcomes();

    Pool pool();

    /** Everybody at work, longest first. */
    List<AtWork> atWork();

    /**
     * How transactions ended since the start; {@code null} where nobody knows. Immutable.
     *
     * @param committed all of it is durable
     * @param rolledBack nothing of it is; where nobody knows better, whatever failed
     * @param notStarted it never began
     * @param inDoubt it may be, or not
     * @param cancelled how many of all these had been left by their caller
     * @param retried how often one was run again
     */
    record Outcomes(
            long committed,
            long rolledBack,
            @Nullable Long notStarted,
            @Nullable Long inDoubt,
            long cancelled,
            @Nullable Long retried) {}

    /**
     * The pool. Immutable.
     *
     * @param acquired connections in use
     * @param idle connections that are not
     * @param pending how many wait for one
     * @param maxSize the most there may be
     */
    record Pool(int acquired, int idle, int pending, int maxSize) {}

    /**
     * Somebody at work. Immutable.
     *
     * @param name of the transaction
     * @param phase where it is
     * @param ageMillis how long ago it began
     * @param waitsFor what has to happen before it goes on
     * @param statement the last one, without its values; {@code null} before the first
     * @param backend the server's number of its connection, {@code null} without one
     */
    record AtWork(
            String name,
            String phase,
            long ageMillis,
            String waitsFor,
            @Nullable String statement,
            @Nullable Long backend) {}
}
