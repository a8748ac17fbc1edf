package org.reactivesessions.pool;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a pool. Immutable. Every limit is finite.
 *
 * @since 0.1
 */
public final class PoolOptions {

    private static final Duration DEFAULT_CREATE_TIMEOUT = Duration.ofMillis(2_500);
    private static final int PENDING_PER_CONNECTION = 10;
    private static final PoolOptions DEFAULTS = new PoolOptions(
            10,
            Duration.ofSeconds(5),
            null,
            null,
            Duration.ofSeconds(1),
            Duration.ofMinutes(30),
            ResetPolicy.WHEN_DIRTY);
    private static final int FEW = 5;
    private static final int FOUR_INSTANCES_FIT = 20;
    private static final Duration PATIENT = Duration.ofSeconds(30);

    private final int maxSize;
    private final Duration acquireTimeout;
    private final @Nullable Duration createTimeout;
    private final @Nullable Integer maxPending;
    private final Duration aliveWindow;
    private final Duration maxLifeTime;
    private final ResetPolicy reset;

    private PoolOptions(
            int maxSize,
            Duration acquireTimeout,
            @Nullable Duration createTimeout,
            @Nullable Integer maxPending,
            Duration aliveWindow,
            Duration maxLifeTime,
            ResetPolicy reset) {
        this.maxSize = maxSize;
        this.acquireTimeout = acquireTimeout;
        this.createTimeout = createTimeout;
        this.maxPending = maxPending;
        this.aliveWindow = aliveWindow;
        this.maxLifeTime = maxLifeTime;
        this.reset = reset;
    }

    /**
     * Returns the defaults.
     *
     * @return at most 10 connections, 5 s to get one
     */
    public static PoolOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Returns what suits a developer's machine.
     *
     * @return at most 5 connections, so that a scope that holds one while it waits for another is found here and not under
     *     load; 30 s to get one, because a database in a container may still be starting; otherwise {@link #defaults()}
     */
    public static PoolOptions development() {
        return small();
    }

    /**
     * Returns what suits tests.
     *
     * @return at most 5 connections, because test processes that run in parallel share one server; 30 s to get one,
     *     because a first connection on a busy build machine has taken more than 3 s, and a test should fail for what it tests;
     *     otherwise {@link #defaults()}
     */
    public static PoolOptions testing() {
        return small();
    }

    private static PoolOptions small() {
        return DEFAULTS.maxSize(FEW).acquireTimeout(PATIENT);
    }

    /**
     * Returns what suits a service.
     *
     * @return at most 20 connections: four instances, each with one more for its health, are 84 of the 97 that PostgreSQL's
     *     {@code max_connections = 100} leaves to applications; otherwise {@link #defaults()}, whose 5 s to get one let a
     *     caller hear our error before a proxy's 30 s are over
     */
    public static PoolOptions production() {
        return DEFAULTS.maxSize(FOUR_INSTANCES_FIT);
    }

    /**
     * Sets the most physical connections there may be.
     *
     * @param size at least 1; default 10
     * @return a copy with that size
     * @throws IllegalArgumentException if {@code size} is less than 1
     */
    public PoolOptions maxSize(int size) {
        if (size < 1) {
            throw new IllegalArgumentException("maxSize must be >= 1, but was " + size);
        }
        return new PoolOptions(size, acquireTimeout, createTimeout, maxPending, aliveWindow, maxLifeTime, reset);
    }

    /**
     * Sets how long a scope may wait for a connection, including the time to open a new one.
     *
     * @param timeout more than zero; default 5 s
     * @return a copy with that limit
     * @throws IllegalArgumentException if {@code timeout} is zero or negative
     */
    public PoolOptions acquireTimeout(Duration timeout) {
        requirePositive("acquireTimeout", timeout);
        return new PoolOptions(maxSize, timeout, createTimeout, maxPending, aliveWindow, maxLifeTime, reset);
    }

    /**
     * Sets how long opening a physical connection may take, log-in included.
     *
     * @param timeout more than zero and at most {@link #acquireTimeout()}; default 2.5 s, or
     *     {@code acquireTimeout} if that is shorter
     * @return a copy with that limit
     * @throws IllegalArgumentException if {@code timeout} is zero or negative
     */
    public PoolOptions createTimeout(Duration timeout) {
        requirePositive("createTimeout", timeout);
        return new PoolOptions(maxSize, acquireTimeout, timeout, maxPending, aliveWindow, maxLifeTime, reset);
    }

    /**
     * Sets how many scopes may wait for a connection at once; more are refused at once instead of queued for ever.
     *
     * @param waiting at least 1; default ten per connection
     * @return a copy with that limit
     * @throws IllegalArgumentException if {@code waiting} is less than 1
     */
    public PoolOptions maxPending(int waiting) {
        if (waiting < 1) {
            throw new IllegalArgumentException("maxPending must be >= 1, but was " + waiting);
        }
        return new PoolOptions(maxSize, acquireTimeout, createTimeout, waiting, aliveWindow, maxLifeTime, reset);
    }

    /**
     * Sets how long after its last answer a connection is taken for alive without being asked. A transaction on one that was
     * silent for longer waits for the answer to BEGIN before its function is called, so that a connection that has died
     * unnoticed is replaced unseen; on any other one the function is called at once.
     *
     * @param window more than zero; default 1 s
     * @return a copy with that window
     * @throws IllegalArgumentException if {@code window} is zero or negative
     */
    public PoolOptions aliveWindow(Duration window) {
        requirePositive("aliveWindow", window);
        return new PoolOptions(maxSize, acquireTimeout, createTimeout, maxPending, window, maxLifeTime, reset);
    }

    private static void requirePositive(String name, Duration timeout) {
        if (timeout.isZero() || timeout.isNegative()) {
            throw new IllegalArgumentException(name + " must be > 0, but was " + timeout);
        }
    }

    /** Checks what belongs together. */
    PoolOptions requireConsistent() {
        if (createTimeout != null && createTimeout.compareTo(acquireTimeout) > 0) {
            throw new IllegalArgumentException("createTimeout (connect-timeout, " + createTimeout.toMillis()
                    + " ms) must not be longer than acquireTimeout (pool-timeout, " + acquireTimeout.toMillis()
                    + " ms); lower the first or raise the second");
        }
        return this;
    }

    /**
     * Returns the most physical connections there may be.
     *
     * @return at least 1
     */
    public int maxSize() {
        return maxSize;
    }

    /**
     * Returns how long a scope may wait for a connection.
     *
     * @return more than zero
     */
    public Duration acquireTimeout() {
        return acquireTimeout;
    }

    /**
     * Returns how many scopes may wait for a connection at once.
     *
     * @return at least 1
     */
    public int maxPending() {
        return maxPending == null
                ? (int) Math.min(Integer.MAX_VALUE, (long) PENDING_PER_CONNECTION * maxSize)
                : maxPending;
    }

    /**
     * Returns how long opening a physical connection may take.
     *
     * @return more than zero
     */
    public Duration createTimeout() {
        if (createTimeout != null) {
            return createTimeout;
        }
        return DEFAULT_CREATE_TIMEOUT.compareTo(acquireTimeout) < 0 ? DEFAULT_CREATE_TIMEOUT : acquireTimeout;
    }

    /**
     * Returns how long a connection may have been silent and still be taken for alive.
     *
     * @return more than zero
     */
    public Duration aliveWindow() {
        return aliveWindow;
    }

    /** The longest a connection may stay idle. */
    Duration maxIdleTime() {
        return Duration.ofMinutes(10);
    }

    /**
     * Returns how long a physical connection may live.
     *
     * @return more than zero
     */
    public Duration maxLifeTime() {
        return maxLifeTime;
    }

    /**
     * Sets how long a physical connection may live. One that is older is closed when it is given back, or when it lies idle.
     *
     * @param time more than zero; default 30 min
     * @return a copy with that limit
     * @throws IllegalArgumentException if {@code time} is zero or negative
     */
    public PoolOptions maxLifeTime(Duration time) {
        requirePositive("maxLifeTime", time);
        return new PoolOptions(maxSize, acquireTimeout, createTimeout, maxPending, aliveWindow, time, reset);
    }

    /**
     * Sets when a connection is reset at the end of a scope, so that nothing a scope did to its session is seen by the next.
     *
     * @param policy default {@link ResetPolicy#WHEN_DIRTY}
     * @return a copy with that policy
     */
    public PoolOptions reset(ResetPolicy policy) {
        return new PoolOptions(
                maxSize,
                acquireTimeout,
                createTimeout,
                maxPending,
                aliveWindow,
                maxLifeTime,
                Objects.requireNonNull(policy, "reset must not be null; \"off\" is TRANSACTION_ONLY"));
    }

    /**
     * Returns when a connection is reset.
     *
     * @return the policy
     */
    public ResetPolicy reset() {
        return reset;
    }

    /** How often idle connections are looked at. */
    Duration evictionInterval() {
        return Duration.ofSeconds(30);
    }

    /** The longest the physical close of a connection may take before the pool stops waiting for it. */
    Duration destroyTimeout() {
        return Duration.ofSeconds(2);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PoolOptions options
                && maxSize == options.maxSize
                && acquireTimeout.equals(options.acquireTimeout)
                && Objects.equals(createTimeout, options.createTimeout)
                && Objects.equals(maxPending, options.maxPending)
                && aliveWindow.equals(options.aliveWindow)
                && maxLifeTime.equals(options.maxLifeTime)
                && reset == options.reset;
    }

    @Override
    public int hashCode() {
        return Objects.hash(maxSize, acquireTimeout, createTimeout, maxPending, aliveWindow, maxLifeTime, reset);
    }

    @Override
    public String toString() {
        return "maxSize=" + maxSize + ", acquireTimeout=" + acquireTimeout + ", createTimeout=" + createTimeout()
                + ", maxPending=" + maxPending() + ", aliveWindow=" + aliveWindow + ", maxLifeTime=" + maxLifeTime
                + ", reset=" + reset;
    }
}
