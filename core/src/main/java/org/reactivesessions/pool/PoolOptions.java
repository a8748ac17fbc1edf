package org.reactivesessions.pool;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a pool. Immutable. Every limit is finite.
 *
 * @since 0.1
 */
public final class PoolOptions {

    private static final PoolOptions DEFAULTS = new PoolOptions(new Values());
    private static final Duration DEFAULT_CREATE_TIMEOUT = Duration.ofMillis(2_500);
    private static final Duration DEFAULT_VALIDATION_TIMEOUT = Duration.ofSeconds(1);
    private static final int PENDING_PER_CONNECTION = 10;
    private static final int LEAST_RECONNECTS = 10;
    private static final int MOST_RECONNECTS = 1_000_000;
    private static final Duration PRODUCTION_WAIT_TARGET = Duration.ofMillis(50);
    private static final int FEW = 5;
    private static final int FOUR_INSTANCES_FIT = 20;
    private static final int HALF_OF_THEM = 10;
    private static final Duration PATIENT = Duration.ofSeconds(30);
    private static final Duration FOR_EVER = Duration.ofDays(36_500);

    private final Values values;

    /** The settings. Changed only before an object of options has them. */
    private static final class Values {

        private int coreSize;
        private int maxSize = 10;
        private int instances = 1;
        private Duration acquireTimeout = Duration.ofSeconds(5);
        private @Nullable Duration createTimeout;
        private @Nullable Duration validationTimeout;
        private @Nullable Integer maxPending;
        private Duration aliveWindow = Duration.ofSeconds(1);
        private Duration maxIdleTime = Duration.ofMinutes(10);
        private Duration maxLifeTime = Duration.ofMinutes(30);
        private ResetPolicy reset = ResetPolicy.WHEN_DIRTY;
        private @Nullable Integer reconnectRate;
        private @Nullable Duration waitTarget;

        private Values() {}

        private Values(Values other) {
            coreSize = other.coreSize;
            maxSize = other.maxSize;
            instances = other.instances;
            acquireTimeout = other.acquireTimeout;
            createTimeout = other.createTimeout;
            validationTimeout = other.validationTimeout;
            maxPending = other.maxPending;
            aliveWindow = other.aliveWindow;
            maxIdleTime = other.maxIdleTime;
            maxLifeTime = other.maxLifeTime;
            reset = other.reset;
            reconnectRate = other.reconnectRate;
            waitTarget = other.waitTarget;
        }

        private List<@Nullable Object> all() {
            return Arrays.asList(
                    coreSize,
                    maxSize,
                    instances,
                    acquireTimeout,
                    createTimeout,
                    validationTimeout,
                    maxPending,
                    aliveWindow,
                    maxIdleTime,
                    maxLifeTime,
                    reset,
                    reconnectRate,
                    waitTarget);
        }
    }

    private PoolOptions(Values values) {
        this.values = values;
    }

    private PoolOptions with(Consumer<Values> change) {
        Values changed = new Values(values);
        change.accept(changed);
        return new PoolOptions(changed);
    }

    /**
     * Returns the defaults.
     *
     * @return at most 10 connections, opened when they are needed; 5 s to get one
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
     * @return 10 connections that are kept and 10 more when they are needed: four instances, each with one more for its health,
     *     are 84 of the 97 that PostgreSQL's {@code max_connections = 100} leaves to applications; a {@link #waitTarget} of 50
     *     ms; otherwise {@link #defaults()}, whose 5 s to get one let a caller hear our error before a proxy's 30 s are over
     */
    public static PoolOptions production() {
        return DEFAULTS.size(HALF_OF_THEM, FOUR_INSTANCES_FIT - HALF_OF_THEM).waitTarget(PRODUCTION_WAIT_TARGET);
    }

    /**
     * Sets the most physical connections there may be; none of them is opened before it is needed, and each is closed after
     * {@link #maxIdleTime()} without use, unless {@link #size} says how many are kept.
     *
     * @param most at least 1; default 10
     * @return a copy with that size, of which none is kept
     * @throws IllegalArgumentException if {@code most} is less than 1
     */
    public PoolOptions maxSize(int most) {
        if (most < 1) {
            throw new IllegalArgumentException("maxSize must be >= 1, but was " + most);
        }
        return with(changed -> {
            changed.coreSize = 0;
            changed.maxSize = most;
        });
    }

    /**
     * Sets how many physical connections are kept open, and how many more there may be for a while. Those that are kept are
     * opened side by side when the first connection is asked for, or by {@code verify}, and replaced within 30 s when they are
     * gone; the others are opened when they are needed and closed after {@link #maxIdleTime()} without use.
     *
     * @param core at least 1
     * @param overflow at least 0
     * @return a copy with {@code core + overflow} connections at most
     * @throws IllegalArgumentException if {@code core} is less than 1, {@code overflow} less than 0, or their sum no {@code int}
     */
    public PoolOptions size(int core, int overflow) {
        if (core < 1 || overflow < 0 || core > Integer.MAX_VALUE - overflow) {
            throw new IllegalArgumentException(
                    "size must be core >= 1 and overflow >= 0, their sum an int, but was core " + core
                            + " and overflow " + overflow);
        }
        return with(changed -> {
            changed.coreSize = core;
            changed.maxSize = core + overflow;
        });
    }

    /**
     * Says how many processes with a pool like this share the database, which is compared with what the database takes.
     *
     * @param count at least 1; default 1
     * @return a copy with that count
     * @throws IllegalArgumentException if {@code count} is less than 1
     */
    public PoolOptions instances(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("instances must be >= 1, but was " + count);
        }
        return with(changed -> changed.instances = count);
    }

    /**
     * Sets how long a scope may wait for a connection, including the time to open a new one.
     *
     * @param timeout more than zero; default 5 s
     * @return a copy with that limit
     * @throws IllegalArgumentException if {@code timeout} is zero or negative, or more than 36,500 days
     */
    public PoolOptions acquireTimeout(Duration timeout) {
        requirePositive("acquireTimeout", timeout);
        return with(changed -> changed.acquireTimeout = timeout);
    }

    /**
     * Sets how long opening a physical connection may take, log-in included.
     *
     * @param timeout more than zero and at most {@link #acquireTimeout()}; default 2.5 s, or
     *     {@code acquireTimeout} if that is shorter
     * @return a copy with that limit
     * @throws IllegalArgumentException if {@code timeout} is zero or negative, or more than 36,500 days
     */
    public PoolOptions createTimeout(Duration timeout) {
        requirePositive("createTimeout", timeout);
        return with(changed -> changed.createTimeout = timeout);
    }

    /**
     * Sets how long a connection that was silent for longer than {@link #aliveWindow()} may take to answer before it is
     * destroyed and another one is used.
     *
     * @param timeout more than zero and less than {@link #acquireTimeout()}; default 1 s, or half of {@code acquireTimeout} if
     *     that is shorter
     * @return a copy with that limit
     * @throws IllegalArgumentException if {@code timeout} is zero or negative, or more than 36,500 days
     */
    public PoolOptions validationTimeout(Duration timeout) {
        requirePositive("validationTimeout", timeout);
        return with(changed -> changed.validationTimeout = timeout);
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
        return with(changed -> changed.maxPending = waiting);
    }

    /**
     * Sets how long after its last answer a connection is taken for alive without being asked. A scope on one that was silent
     * for longer waits for an answer before its function is called (a transaction for that to BEGIN, a session for that to a
     * statement that does nothing), so that a connection that has died unnoticed is replaced unseen; on any other one the
     * function is called at once.
     *
     * @param window more than zero; default 1 s
     * @return a copy with that window
     * @throws IllegalArgumentException if {@code window} is zero or negative, or more than 36,500 days
     */
    public PoolOptions aliveWindow(Duration window) {
        requirePositive("aliveWindow", window);
        return with(changed -> changed.aliveWindow = window);
    }

    /**
     * Sets how long a physical connection beyond those that are kept may lie idle.
     *
     * @param time more than zero; default 10 min; idle connections are looked at every 30 s
     * @return a copy with that limit
     * @throws IllegalArgumentException if {@code time} is zero or negative, or more than 36,500 days
     */
    public PoolOptions maxIdleTime(Duration time) {
        requirePositive("maxIdleTime", time);
        return with(changed -> changed.maxIdleTime = time);
    }

    /**
     * Sets how long a physical connection may live. One that is older is closed when it is given back, or when it lies idle.
     *
     * @param time more than zero; default 30 min; each connection gets a time of its own that differs by up to a tenth, so that
     *     those that were opened together do not end together
     * @return a copy with that limit
     * @throws IllegalArgumentException if {@code time} is zero or negative, or more than 36,500 days
     */
    public PoolOptions maxLifeTime(Duration time) {
        requirePositive("maxLifeTime", time);
        return with(changed -> changed.maxLifeTime = time);
    }

    /**
     * Sets when a connection is reset at the end of a scope, so that nothing a scope did to its session is seen by the next.
     *
     * @param policy default {@link ResetPolicy#WHEN_DIRTY}
     * @return a copy with that policy
     */
    public PoolOptions reset(ResetPolicy policy) {
        Objects.requireNonNull(policy, "reset must not be null; \"off\" is TRANSACTION_ONLY");
        return with(changed -> changed.reset = policy);
    }

    /**
     * Sets how many connections are opened in a second, once those are spent that a cold pool may open at once, {@link
     * #maxSize()} of them. After an outage none may be opened at once but one, so that a database that comes back is not met by
     * every connection of every process in the same moment; each comes at a random moment of its own part of the second.
     *
     * <p>The wait for its turn is part of {@link #acquireTimeout()}, and of no other limit. The connection for health does not
     * wait.
     *
     * @param perSecond 1 to 1,000,000; default {@link #maxSize()}, but at least 10, so that a pool is whole again after a second
     * @return a copy with that rate
     * @throws IllegalArgumentException if {@code perSecond} is out of range
     */
    public PoolOptions reconnectRate(int perSecond) {
        if (perSecond < 1 || perSecond > MOST_RECONNECTS) {
            throw new IllegalArgumentException("reconnectRate must be 1 to " + MOST_RECONNECTS
                    + " connections in a second, but was " + perSecond + "; leave it out for maxSize in a second");
        }
        return with(changed -> changed.reconnectRate = perSecond);
    }

    /**
     * Sets how long the wait for a connection may be before load is shed. When everybody has waited longer than that for 100 ms,
     * whoever comes then and would wait longer is refused at once with a {@code DatabaseUnavailableException} whose kind is
     * {@code OVERLOADED}, instead of waiting until {@link #acquireTimeout()} for work that nobody wants any more when it is done.
     * A burst that drains sooner is not shed, nor is who waits already, who joins a scope, or who holds a connection. It ends
     * when nobody had to be refused for a second.
     *
     * @param target more than zero; default: load is not shed ({@link #noWaitTarget()}), in {@link #production()} 50 ms
     * @return a copy with that target
     * @throws IllegalArgumentException if {@code target} is zero or negative, or more than 36,500 days
     */
    public PoolOptions waitTarget(Duration target) {
        requirePositive("waitTarget", target);
        return with(changed -> changed.waitTarget = target);
    }

    /**
     * Lets everybody wait for a connection for as long as {@link #acquireTimeout()}, as long as there are no more than {@link
     * #maxPending()}.
     *
     * @return a copy that sheds no load
     */
    public PoolOptions noWaitTarget() {
        return with(changed -> changed.waitTarget = null);
    }

    /** Clocks count in nanoseconds, of which there are not enough for every duration. */
    private static void requirePositive(String name, Duration time) {
        if (time.isZero() || time.isNegative()) {
            throw new IllegalArgumentException(name + " must be > 0, but was " + time);
        }
        if (time.compareTo(FOR_EVER) > 0) {
            throw new IllegalArgumentException(
                    name + " must be at most 36500 days, which is for ever, but was " + time);
        }
    }

    /** Checks what belongs together. */
    PoolOptions requireConsistent() {
        if (values.waitTarget != null && values.waitTarget.compareTo(values.acquireTimeout) >= 0) {
            throw new IllegalArgumentException("waitTarget (pool-wait-target, " + values.waitTarget.toMillis()
                    + " ms) must be shorter than acquireTimeout (pool-timeout, " + values.acquireTimeout.toMillis()
                    + " ms), or nobody would ever wait longer; lower the first or raise the second");
        }
        if (values.createTimeout != null && values.createTimeout.compareTo(values.acquireTimeout) > 0) {
            throw new IllegalArgumentException("createTimeout (connect-timeout, " + values.createTimeout.toMillis()
                    + " ms) must not be longer than acquireTimeout (pool-timeout, " + values.acquireTimeout.toMillis()
                    + " ms); lower the first or raise the second");
        }
        if (values.validationTimeout != null && values.validationTimeout.compareTo(values.acquireTimeout) >= 0) {
            throw new IllegalArgumentException("validationTimeout (" + values.validationTimeout.toMillis()
                    + " ms) must be shorter than acquireTimeout (pool-timeout, " + values.acquireTimeout.toMillis()
                    + " ms), or there is no time left for another connection; lower the first or raise the second");
        }
        return this;
    }

    /**
     * Returns how many physical connections are kept open.
     *
     * @return at least 0
     */
    public int coreSize() {
        return values.coreSize;
    }

    /**
     * Returns the most physical connections there may be.
     *
     * @return at least 1
     */
    public int maxSize() {
        return values.maxSize;
    }

    /**
     * Returns how many processes with a pool like this share the database.
     *
     * @return at least 1
     */
    public int instances() {
        return values.instances;
    }

    /**
     * Returns how long a scope may wait for a connection.
     *
     * @return more than zero
     */
    public Duration acquireTimeout() {
        return values.acquireTimeout;
    }

    /**
     * Returns how many scopes may wait for a connection at once.
     *
     * @return at least 1
     */
    public int maxPending() {
        return values.maxPending == null
                ? (int) Math.min(Integer.MAX_VALUE, (long) PENDING_PER_CONNECTION * values.maxSize)
                : values.maxPending;
    }

    /**
     * Returns how long opening a physical connection may take.
     *
     * @return more than zero
     */
    public Duration createTimeout() {
        return values.createTimeout == null
                ? shorter(DEFAULT_CREATE_TIMEOUT, values.acquireTimeout)
                : values.createTimeout;
    }

    /**
     * Returns how long a connection that was silent may take to answer.
     *
     * @return more than zero
     */
    public Duration validationTimeout() {
        return values.validationTimeout == null
                ? shorter(DEFAULT_VALIDATION_TIMEOUT, values.acquireTimeout.dividedBy(2))
                : values.validationTimeout;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /**
     * Returns how long a connection may have been silent and still be taken for alive.
     *
     * @return more than zero
     */
    public Duration aliveWindow() {
        return values.aliveWindow;
    }

    /**
     * Returns how long a physical connection beyond those that are kept may lie idle.
     *
     * @return more than zero
     */
    public Duration maxIdleTime() {
        return values.maxIdleTime;
    }

    /**
     * Returns how long a physical connection may live, give or take a tenth.
     *
     * @return more than zero
     */
    public Duration maxLifeTime() {
        return values.maxLifeTime;
    }

    /**
     * Returns when a connection is reset.
     *
     * @return the policy
     */
    public ResetPolicy reset() {
        return values.reset;
    }

    /**
     * Returns how many connections are opened in a second, once those are spent that may be opened at once.
     *
     * @return at least 1
     */
    public int reconnectRate() {
        return values.reconnectRate == null ? Math.max(LEAST_RECONNECTS, values.maxSize) : values.reconnectRate;
    }

    /**
     * Returns how long the wait for a connection may be before load is shed.
     *
     * @return more than zero, or {@code null} if it is not shed
     */
    public @Nullable Duration waitTarget() {
        return values.waitTarget;
    }

    /** How often idle connections are looked at, and those that are kept are counted. */
    Duration evictionInterval() {
        return Duration.ofSeconds(30);
    }

    /** The longest the physical close of a connection may take before the pool stops waiting for it. */
    Duration destroyTimeout() {
        return Duration.ofSeconds(2);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PoolOptions options && values.all().equals(options.values.all());
    }

    @Override
    public int hashCode() {
        return values.all().hashCode();
    }

    @Override
    public String toString() {
        return "coreSize=" + values.coreSize + ", maxSize=" + values.maxSize + ", instances=" + values.instances
                + ", acquireTimeout=" + values.acquireTimeout + ", createTimeout=" + createTimeout()
                + ", validationTimeout=" + validationTimeout() + ", maxPending=" + maxPending() + ", aliveWindow="
                + values.aliveWindow + ", maxIdleTime=" + values.maxIdleTime + ", maxLifeTime=" + values.maxLifeTime
                + ", reset=" + values.reset + ", reconnectRate=" + reconnectRate() + ", waitTarget="
                + (values.waitTarget == null ? "none" : values.waitTarget);
    }
}
