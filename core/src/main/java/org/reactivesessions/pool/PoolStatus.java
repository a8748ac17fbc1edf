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
 * @since 0.1
 */
public record PoolStatus(int acquired, int idle, int pending, int allocated, int maxSize) {}
