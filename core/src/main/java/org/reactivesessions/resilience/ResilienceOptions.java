package org.reactivesessions.resilience;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.github.resilience4j.retry.RetryRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the acquisition of a connection bears faults of the database: {@code Retry(CircuitBreaker(timeout(acquire)))}, all of
 * it inside {@code PoolOptions.acquireTimeout}. Immutable.
 *
 * <p>The defaults: the breaker opens when at least 10 of the last 20 connects and first answers are known and half of them
 * failed, waits 5 s, then lets 3 scopes try; if fewer have within 10 s, it goes by those. A failed attempt is made again up to twice, after a random wait of up to 50 ms,
 * then 100 ms (full jitter), as long as there are retries in the budget: one for ten scopes, and ten to begin with.
 *
 * <p>What is never retried nor counted, whatever the settings say: a full pool, a refused log-in, a cancel.
 *
 * @since 0.1
 */
public final class ResilienceOptions {

    private static final int WINDOW = 20;
    private static final int MINIMUM = 10;
    private static final int PROBES = 3;
    private static final Duration WAIT = Duration.ofSeconds(5);
    private static final Duration TRIAL = Duration.ofSeconds(10);
    private static final int ATTEMPTS = 3;
    private static final Duration BASE = Duration.ofMillis(50);
    private static final Duration CAP = Duration.ofSeconds(2);
    private static final int PER_CENT_OF_SCOPES = 10;
    private static final int OUTAGES_AT_ONCE = 10;
    private static final Budget CONFLICTS = new Budget(500, 500);
    private static final ResilienceOptions DEFAULTS = new ResilienceOptions(
            "reactive-sessions", breakerDefaults(), retryDefaults(), null, null, true, true, CONFLICTS);

    private final String name;
    private final CircuitBreakerConfig breaker;
    private final RetryConfig retry;
    private final @Nullable CircuitBreakerRegistry breakers;
    private final @Nullable RetryRegistry retries;
    private final boolean breaking;
    private final boolean retrying;
    private final Budget conflicts;

    /** So many retries for a hundred transactions, and so many at once. */
    private record Budget(int perHundred, int atOnce) {}

    private ResilienceOptions(
            String name,
            CircuitBreakerConfig breaker,
            RetryConfig retry,
            @Nullable CircuitBreakerRegistry breakers,
            @Nullable RetryRegistry retries,
            boolean breaking,
            boolean retrying,
            Budget conflicts) {
        this.name = name;
        this.breaker = breaker;
        this.retry = retry;
        this.breakers = breakers;
        this.retries = retries;
        this.breaking = breaking;
        this.retrying = retrying;
        this.conflicts = conflicts;
    }

    /**
     * Returns the defaults.
     *
     * @return both on
     */
    public static ResilienceOptions defaults() {
        return DEFAULTS;
    }

    private static CircuitBreakerConfig breakerDefaults() {
        return CircuitBreakerConfig.custom()
                // Answers come on event loops, which must not wait for a lock.
                .slidingWindow(
                        WINDOW, MINIMUM, SlidingWindowType.COUNT_BASED, SlidingWindowSynchronizationStrategy.LOCK_FREE)
                .failureRateThreshold(50)
                .waitDurationInOpenState(WAIT)
                .permittedNumberOfCallsInHalfOpenState(PROBES)
                .writableStackTraceEnabled(false)
                .clock(sinceSomeMoment())
                .build();
    }

    /** Its own would keep the circuit open for as long as somebody sets the computer's clock back. */
    private static Clock sinceSomeMoment() {
        InstantSource nanoTime = () -> Instant.EPOCH.plusNanos(System.nanoTime());
        return nanoTime.withZone(ZoneOffset.UTC);
    }

    private static RetryConfig retryDefaults() {
        return RetryConfig.custom()
                .maxAttempts(ATTEMPTS)
                .intervalFunction(Backoff.fullJitter(BASE, CAP)::millisAfter)
                .build();
    }

    /**
     * Sets the name of the breaker and of the retry, in registries, events and messages.
     *
     * @param newName not blank; default {@code reactive-sessions}
     * @return a copy with that name
     * @throws IllegalArgumentException if it is blank
     */
    public ResilienceOptions named(String newName) {
        if (newName.isBlank()) {
            throw new IllegalArgumentException("name must not be blank");
        }
        return new ResilienceOptions(newName, breaker, retry, breakers, retries, breaking, retrying, conflicts);
    }

    /**
     * Sets how the breaker decides. Which exceptions it records is not asked: only what the database did is told to it. Its
     * window should be {@link SlidingWindowSynchronizationStrategy#LOCK_FREE}, as here by default: it is told on event loops. By
     * default it measures the time it is open by {@link System#nanoTime}; settings without a clock of their own go by the
     * computer's clock, which somebody may set. While it lets a few try, and fewer come than it needs to decide, they decide after
     * 10 s by the same share of failures, unless the settings have a {@code maxWaitDurationInHalfOpenState} of their own.
     *
     * @param config Resilience4j's settings
     * @return a copy with a breaker of these settings
     */
    public ResilienceOptions circuitBreaker(CircuitBreakerConfig config) {
        Objects.requireNonNull(config, "circuitBreaker must not be null; use noCircuitBreaker()");
        return new ResilienceOptions(name, config, retry, breakers, retries, true, retrying, conflicts);
    }

    /**
     * Sets how often and after what wait an attempt is made again. What its predicate refuses is not retried; what is never
     * retried is not shown to it.
     *
     * @param config Resilience4j's settings
     * @return a copy with a retry of these settings
     */
    public ResilienceOptions retry(RetryConfig config) {
        Objects.requireNonNull(config, "retry must not be null; use noRetry()");
        return new ResilienceOptions(name, breaker, config, breakers, retries, breaking, true, conflicts);
    }

    /**
     * Sets how long an open circuit waits before it lets a few try, and leaves the breaker's other settings as they are.
     *
     * @param wait at least 1 ms; default 5 s
     * @return a copy with that wait
     * @throws IllegalArgumentException if it is shorter than 1 ms
     */
    public ResilienceOptions circuitWait(Duration wait) {
        if (wait.toMillis() < 1) {
            throw new IllegalArgumentException("circuitWait must be >= 1 ms, but was " + wait);
        }
        return circuitBreaker(
                CircuitBreakerConfig.from(breaker).waitDurationInOpenState(wait).build());
    }

    /**
     * Sets how often a scope tries to get a connection, the first time included, and leaves the retry's other settings as they
     * are.
     *
     * @param attempts at least 1; default 3
     * @return a copy with that many attempts
     * @throws IllegalArgumentException if it is less than 1
     */
    public ResilienceOptions maxAttempts(int attempts) {
        if (attempts < 1) {
            throw new IllegalArgumentException("maxAttempts must be >= 1, but was " + attempts);
        }
        return retry(RetryConfig.from(retry).maxAttempts(attempts).build());
    }

    /**
     * Sets the registry the breaker lives in: one that is there under the name is used as it is, otherwise one is added.
     *
     * @param registry the application's
     * @return a copy with that registry
     */
    public ResilienceOptions circuitBreakers(CircuitBreakerRegistry registry) {
        Objects.requireNonNull(registry, "circuitBreakers must not be null");
        return new ResilienceOptions(name, breaker, retry, registry, retries, breaking, retrying, conflicts);
    }

    /**
     * Sets the registry the retry lives in: one that is there under the name is used as it is, otherwise one is added.
     *
     * @param registry the application's
     * @return a copy with that registry
     */
    public ResilienceOptions retries(RetryRegistry registry) {
        Objects.requireNonNull(registry, "retries must not be null");
        return new ResilienceOptions(name, breaker, retry, breakers, registry, breaking, retrying, conflicts);
    }

    /**
     * Sets how many transactions may be run again because they lost against others, see {@code TransactionRetry}. Retries after
     * lost connections do not count here; they come out of the acquisition's.
     *
     * @param perHundred how many for a hundred transactions that may be run again, 0 to 10,000; default 500
     * @param atOnce how many to begin with, and the most that is kept, 0 to 1,000,000; default 500
     * @return a copy with that budget
     * @throws IllegalArgumentException if a value is out of range
     */
    public ResilienceOptions conflictRetries(int perHundred, int atOnce) {
        requireRange("perHundred", perHundred, 10_000);
        requireRange("atOnce", atOnce, 1_000_000);
        return new ResilienceOptions(
                name, breaker, retry, breakers, retries, breaking, retrying, new Budget(perHundred, atOnce));
    }

    private static void requireRange(String called, int value, int most) {
        if (value < 0 || value > most) {
            throw new IllegalArgumentException(
                    "conflictRetries: " + called + " must be 0 to " + most + ", but was " + value);
        }
    }

    /**
     * Switches the breaker off.
     *
     * @return a copy that lets everything through
     */
    public ResilienceOptions noCircuitBreaker() {
        return new ResilienceOptions(name, breaker, retry, breakers, retries, false, retrying, conflicts);
    }

    /**
     * Switches the retry off.
     *
     * @return a copy that makes one attempt
     */
    public ResilienceOptions noRetry() {
        return new ResilienceOptions(name, breaker, retry, breakers, retries, breaking, false, conflicts);
    }

    String name() {
        return name;
    }

    RetryBudget conflictBudget() {
        return new RetryBudget(conflicts.perHundred(), conflicts.atOnce());
    }

    static RetryBudget outageBudget() {
        return new RetryBudget(PER_CENT_OF_SCOPES, OUTAGES_AT_ONCE);
    }

    /** What need not be told to a breaker of our own; one in a registry has others who look at it. */
    @Nullable
    QuietSuccesses quietSuccesses() {
        return breakers == null && breaker.getSlidingWindowType() == SlidingWindowType.COUNT_BASED
                ? new QuietSuccesses(breaker.getSlidingWindowSize())
                : null;
    }

    /** How long a half-open breaker waits for as many callers as it needs; Resilience4j would open it again after its own limit. */
    static @Nullable Duration trial(CircuitBreakerConfig config) {
        return config.getMaxWaitDurationInHalfOpenState().isZero() ? TRIAL : null;
    }

    CircuitBreaker openBreaker() {
        if (!breaking) {
            CircuitBreaker off = CircuitBreaker.of(name, breaker);
            off.transitionToDisabledState();
            return off;
        }
        return breakers == null
                ? CircuitBreaker.of(name, breaker)
                : breakers.find(name).orElseGet(() -> breakers.circuitBreaker(name, breaker));
    }

    @Nullable
    Retry openRetry() {
        if (!retrying) {
            return null;
        }
        return retries == null ? Retry.of(name, retry) : retries.find(name).orElseGet(() -> retries.retry(name, retry));
    }
}
