package org.reactivesessions.pool;

/**
 * Hears how every attempt to open a physical connection ended, whoever it was opened for.
 *
 * <p><strong>Threads:</strong> called on the thread that ended the attempt; must not block.
 *
 * @since 0.1
 */
public interface ConnectObserver {

    /**
     * A connection was opened and prepared.
     *
     * @param nanos how long it took
     */
    void opened(long nanos);

    /**
     * None was.
     *
     * @param nanos how long it took
     * @param error why
     */
    void failed(long nanos, Throwable error);

    /**
     * Returns one that ignores everything.
     *
     * @return an observer without effect
     */
    static ConnectObserver none() {
        return new ConnectObserver() {
            @Override
            public void opened(long nanos) {
                // Nobody wants to know.
            }

            @Override
            public void failed(long nanos, Throwable error) {
                // Nobody wants to know.
            }
        };
    }
}
