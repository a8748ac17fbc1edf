package org.reactivesessions.testkit.leak;

import java.util.function.IntSupplier;

/**
 * What a leak check asks a pool. Implementations are thread-safe.
 *
 * @since 0.1.0
 */
public interface WatchedPool {

    /**
     * Connections that are in somebody's hands.
     *
     * @return the number of acquired connections, 0 when nothing runs
     */
    int acquired();

    /**
     * Callers that wait for a connection.
     *
     * @return the number of callers in the queue, 0 when nothing runs
     */
    int pending();

    /**
     * Who has the connections, as far as the pool knows.
     *
     * @return a text for the message of a failure, such as names and stacks; empty if the pool does not know
     */
    default String holders() {
        return "";
    }

    /**
     * A pool that has two figures: {@code WatchedPool.of(metrics::acquiredSize, metrics::pendingAcquireSize)} for the metrics of
     * r2dbc-pool.
     *
     * @param acquired counts connections in somebody's hands
     * @param pending counts callers that wait
     * @return the pool as a leak check asks it
     */
    static WatchedPool of(IntSupplier acquired, IntSupplier pending) {
        return new WatchedPool() {

            @Override
            public int acquired() {
                return acquired.getAsInt();
            }

            @Override
            public int pending() {
                return pending.getAsInt();
            }
        };
    }
}
