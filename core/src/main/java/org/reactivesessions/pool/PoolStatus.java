package org.reactivesessions.pool;

/**
 * What the pool looked like at one moment. Immutable; the figures are read one after another, so under load they need not
 * add up.
 *
 * @param acquired connections held by scopes, including those whose clean-up is still running
 * @param idle connections waiting to be used
 * @param pending scopes waiting for a connection
 * @param allocated physical connections, acquired or idle
 * @param maxSize the most physical connections there may be
 * @param coreSize the connections that are kept open
 * @param timeouts how often, since the pool was made, a scope has got no connection in time
 * @param shed how often, since the pool was made, a scope was refused because it would have waited too long, see {@link
 *     PoolOptions#waitTarget}
 * @param maxPending the most scopes that may wait for a connection at once
 * @since 0.1
 */
public record PoolStatus(
        int acquired,
        int idle,
        int pending,
        int allocated,
        int maxSize,
        int coreSize,
        long timeouts,
        long shed,
        int maxPending) {

    /**
     * Creates the status of a pool that has shed nothing, and lets as many wait as is the default.
     *
     * @param acquired connections held by scopes
     * @param idle connections waiting to be used
     * @param pending scopes waiting for a connection
     * @param allocated physical connections, acquired or idle
     * @param maxSize the most physical connections there may be
     * @param coreSize the connections that are kept open
     * @param timeouts how often a scope has got no connection in time
     */
    public PoolStatus(int acquired, int idle, int pending, int allocated, int maxSize, int coreSize, long timeouts) {
        this(
                acquired,
                idle,
                pending,
                allocated,
                maxSize,
                coreSize,
                timeouts,
                0,
                PoolOptions.defaults().maxSize(maxSize).maxPending());
    }

    /**
     * Tells how many connections there are beyond those that are kept.
     *
     * @return 0 if there are fewer than {@link #coreSize()}
     */
    public int overflow() {
        return Math.max(0, allocated - coreSize);
    }

    /**
     * Tells how much of the pool is in use.
     *
     * @return from 0, for nothing, to 1, for {@link #maxSize()} connections
     */
    public double utilization() {
        return (double) acquired / maxSize;
    }
}
