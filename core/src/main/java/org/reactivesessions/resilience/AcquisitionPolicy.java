package org.reactivesessions.resilience;

import static java.util.Objects.requireNonNull;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.retry.Retry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.FailureKind;
import org.reactivesessions.error.Reason;
import org.reactivesessions.observation.BreakerState;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.pool.ConnectObserver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The circuit breaker in front of one database, and the retry of what it lets through.
 *
 * <p>The breaker is told what the <em>database</em> did: whether a physical connection could be opened, and whether a first
 * command was answered. Neither the hand-over of an idle connection nor the wait for one tells anything: a breaker around
 * the acquisition from a pool counts a dead database as success for as long as there are idle connections. Resilience4j is
 * called by its core API, and no value travels through it, so none can be lost on the way.
 *
 * <p><strong>Threads:</strong> thread-safe. Never blocks.
 *
 * @since 0.1
 */
public final class AcquisitionPolicy implements ConnectObserver {

    private static final Logger log = LoggerFactory.getLogger("org.reactivesessions.pool");
    private static final Duration AT_LEAST = Duration.ofMillis(1);
    private static final double PER_CENT = 100;

    private final CircuitBreaker breaker;
    private final @Nullable Retry retry;
    private final RetryBudget budget = ResilienceOptions.outageBudget();
    private final Predicate<Throwable> isOutage;
    private final SessionListener listener;
    private final LongSupplier nanoTime;
    private final AtomicReference<Seen> seen;
    private final @Nullable QuietSuccesses quiet;
    private final long slowNanos;
    /** How long a trial waits for more callers, {@code null} if Resilience4j ends it, or nobody. */
    private final @Nullable Duration trial;
    /** The era grows with every change of state: what was permitted in another one says nothing about this one. */
    private record Seen(CircuitBreaker.State state, int era, long since) {}

    private volatile @Nullable Throwable lastFailure;
    private final LongAdder retries = new LongAdder();
    private final AtomicInteger openings = new AtomicInteger();
    private volatile long openUntil;

    /**
     * Creates a policy.
     *
     * @param options breaker and retry
     * @param isOutage tells of an error while connecting whether the database was away
     * @param listener hears of retries and of the breaker
     * @param nanoTime a monotonic clock in nanoseconds
     */
    public AcquisitionPolicy(
            ResilienceOptions options, Predicate<Throwable> isOutage, SessionListener listener, LongSupplier nanoTime) {
        this.breaker = options.openBreaker();
        this.retry = options.openRetry();
        this.isOutage = isOutage;
        this.listener = listener;
        this.nanoTime = nanoTime;
        this.seen = new AtomicReference<>(new Seen(breaker.getState(), 0, nanoTime.getAsLong()));
        this.quiet = options.quietSuccesses();
        this.trial = ResilienceOptions.trial(breaker.getCircuitBreakerConfig());
        this.slowNanos =
                breaker.getCircuitBreakerConfig().getSlowCallDurationThreshold().toNanos();
    }

    /**
     * Makes a policy that lets everything through, once.
     *
     * @param nanoTime a monotonic clock in nanoseconds
     * @return one without a breaker and without a retry
     */
    public static AcquisitionPolicy none(LongSupplier nanoTime) {
        return new AcquisitionPolicy(
                ResilienceOptions.defaults().noCircuitBreaker().noRetry(),
                error -> false,
                (name, phase, outcome, error) -> {},
                nanoTime);
    }

    /**
     * The database was asked past the breaker, and has answered: a breaker that has opened by itself is closed, and what one
     * has seen before is forgotten. One that somebody has opened, or switched off, stays as it is.
     */
    public void answersAgain() {
        safely(() -> {
            switch (breaker.getState()) {
                case CLOSED -> breaker.reset();
                case OPEN, HALF_OPEN -> breaker.transitionToClosedState();
                case DISABLED, METRICS_ONLY, FORCED_OPEN -> {}
            }
            look();
        });
    }

    /**
     * The database was asked past the breaker, and has answered: one that has opened by itself lets a few scopes try now, and
     * not when its wait is over. They decide.
     */
    public void mayAnswerAgain() {
        safely(() -> {
            if (breaker.getState() == CircuitBreaker.State.OPEN) {
                breaker.transitionToHalfOpenState();
            }
            look();
        });
    }

    /**
     * Asks for leave to ask the database.
     *
     * @return the permission, whose holder ends it; {@code null} if the breaker lets nothing through, see {@link #refusal}
     */
    public @Nullable Permission ask() {
        boolean permitted = isPermitted();
        look();
        if (!permitted) {
            giveUpTrial();
        }
        return permitted ? new Permission(this, nanoTime.getAsLong(), era()) : null;
    }

    /** An open breaker asks a clock, which an application may have set, and which may throw. */
    private boolean isPermitted() {
        try {
            return breaker.tryAcquirePermission();
        } catch (Throwable thrown) {
            log.error("Circuit \"{}\" could not be asked, so nobody is let through", breaker.getName(), thrown);
            return false;
        }
    }

    /** A scope asks for its first connection. */
    public void offered() {
        budget.offered();
    }

    /**
     * Makes the answer to a scope that the breaker does not let through.
     *
     * @param session the name of the scope
     * @param attempts how often the scope has tried already
     * @return a new error that says who, why, and when it will be tried again
     */
    public DatabaseUnavailableException refusal(String session, int attempts) {
        Duration left = untilNextTry();
        return new DatabaseUnavailableException(
                FailureKind.CIRCUIT_OPEN,
                session,
                Math.max(1, attempts),
                left,
                (attempts == 0
                                ? "not tried"
                                : "not tried again after " + attempts + (attempts == 1 ? " time" : " times"))
                        + ", because the database has not answered lately: " + describe() + ". It is tried again in "
                        + left.toMillis() + " ms; answer from elsewhere until then.",
                lastFailure);
    }

    private String describe() {
        CircuitBreaker.Metrics metrics = breaker.getMetrics();
        Throwable last = lastFailure;
        return "circuit \"" + breaker.getName() + "\" is " + breaker.getState() + " after "
                + metrics.getNumberOfFailedCalls() + " of " + metrics.getNumberOfBufferedCalls()
                + " connects and first answers failed" + (last == null ? "" : ", the last with: " + Reason.of(last));
    }

    private Duration untilNextTry() {
        Duration left = Duration.ofNanos(openUntil - nanoTime.getAsLong());
        return breaker.getState() == CircuitBreaker.State.OPEN && left.compareTo(AT_LEAST) > 0 ? left : AT_LEAST;
    }

    /**
     * Prepares further attempts of a scope.
     *
     * @param session the name of the scope
     * @return its attempts, one of which has been made
     */
    public Attempts attempts(String session) {
        return new Attempts(this, session, retry);
    }

    /**
     * Returns the state of the breaker.
     *
     * @return its state at this moment
     */
    public BreakerState state() {
        look();
        return BreakerState.valueOf(breaker.getState().name());
    }

    /**
     * Tells whether the database was away, and neither the pool full nor the database unwilling: then an attempt may be made
     * again.
     *
     * @param error what an attempt to get a connection failed with
     * @return whether nobody answered
     */
    public static boolean isAway(Throwable error) {
        return error instanceof DatabaseUnavailableException known && known.kind() == FailureKind.UNREACHABLE;
    }

    boolean mayRetry() {
        return budget.take();
    }

    @Override
    public void opened(long nanos) {
        safely(() -> success(nanos));
    }

    @Override
    public void failed(long nanos, Throwable error) {
        safely(() -> {
            if (isOutage.test(error)) {
                failure(nanos, error);
            }
        });
    }

    void succeeded(long since, int permittedIn) {
        ended(permittedIn, () -> success(nanoTime.getAsLong() - since));
    }

    void recordFailure(long since, int permittedIn, Throwable error) {
        ended(permittedIn, () -> failure(nanoTime.getAsLong() - since, error));
    }

    /** What could not be told leaves the permission to somebody else. */
    private void ended(int permittedIn, Runnable telling) {
        if (isOf(permittedIn) && !safely(telling)) {
            unused(permittedIn);
        }
    }

    void unused(int permittedIn) {
        if (isOf(permittedIn)) {
            safely(breaker::releasePermission);
        }
    }

    private boolean isOf(int permittedIn) {
        look();
        return permittedIn == era();
    }

    private void success(long nanos) {
        boolean quietly = quiet != null && nanos < slowNanos && breaker.getState() == CircuitBreaker.State.CLOSED;
        if (!quietly || !requireNonNull(quiet).keep()) {
            breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
            look();
        }
    }

    private void failure(long nanos, Throwable error) {
        lastFailure = error;
        for (int untold = quiet == null ? 0 : quiet.takeBack(); untold > 0; untold--) {
            breaker.onSuccess(0, TimeUnit.NANOSECONDS);
        }
        breaker.onError(nanos, TimeUnit.NANOSECONDS, error);
        look();
    }

    /** What an application configures may throw, and must not cost a connection. */
    private boolean safely(Runnable telling) {
        try {
            telling.run();
            return true;
        } catch (Throwable thrown) {
            log.error("Circuit \"{}\" could not be told what the database did", breaker.getName(), thrown);
            return false;
        }
    }

    /**
     * Counts further attempts to get a connection.
     *
     * @return how many there were since the policy was made
     */
    public long retries() {
        return retries.sum();
    }

    void retrying(String session, int attempt, Duration wait, Throwable error) {
        retries.increment();
        log.debug("{}: attempt {} to get a connection in {} ms", session, attempt, wait.toMillis(), error);
        tell(() -> listener.retrying(session, attempt, wait, error));
    }

    /** A listener of Resilience4j would cost an event per answer, so the state is compared instead. */
    private void look() {
        Seen before = requireNonNull(seen.get());
        CircuitBreaker.State now = breaker.getState();
        if (now == CircuitBreaker.State.HALF_OPEN && now == before.state()) {
            decideTrial(before);
            now = breaker.getState();
        }
        if (now != before.state()
                && seen.compareAndSet(before, new Seen(now, before.era() + 1, nanoTime.getAsLong()))) {
            changed(before.state(), now);
        }
    }

    /** A trial for which too few have come is decided by those who have, by the same share. */
    private void decideTrial(Seen begun) {
        CircuitBreaker.Metrics heard = breaker.getMetrics();
        int all = heard.getNumberOfBufferedCalls();
        if (all > 0 && isOverdue(begun)) {
            double failed = PER_CENT * heard.getNumberOfFailedCalls() / all;
            boolean away = failed >= breaker.getCircuitBreakerConfig().getFailureRateThreshold();
            safely(away ? breaker::transitionToOpenState : breaker::transitionToClosedState);
        }
    }

    /** Somebody was refused because others are asking, of whom nothing was heard for long: then others may, after another wait. */
    private void giveUpTrial() {
        Seen now = requireNonNull(seen.get());
        if (now.state() == CircuitBreaker.State.HALF_OPEN && isOverdue(now)) {
            safely(breaker::transitionToOpenState);
            look();
        }
    }

    private boolean isOverdue(Seen begun) {
        return trial != null && nanoTime.getAsLong() - begun.since() >= trial.toNanos();
    }

    private int era() {
        return requireNonNull(seen.get()).era();
    }

    private void changed(CircuitBreaker.State before, CircuitBreaker.State now) {
        if (now == CircuitBreaker.State.OPEN) {
            openUntil = nanoTime.getAsLong() + TimeUnit.MILLISECONDS.toNanos(waitInMillis());
            log.warn(
                    "The database does not answer: {}; tried again in {} ms",
                    describe(),
                    untilNextTry().toMillis());
        } else {
            log.info("Circuit \"{}\": {} after {}", breaker.getName(), now, before);
            if (now == CircuitBreaker.State.CLOSED) {
                openings.set(0);
            }
        }
        BreakerState from = BreakerState.valueOf(before.name());
        BreakerState to = BreakerState.valueOf(now.name());
        tell(() -> listener.circuitChanged(breaker.getName(), from, to));
    }

    /** Foreign code, which is asked for the sake of a message. */
    private long waitInMillis() {
        int opening = openings.incrementAndGet();
        try {
            return breaker.getCircuitBreakerConfig()
                    .getWaitIntervalFunctionInOpenState()
                    .apply(opening);
        } catch (Throwable thrown) {
            log.error("Circuit \"{}\" cannot tell how long it stays open", breaker.getName(), thrown);
            return 0;
        }
    }

    private static void tell(Runnable event) {
        try {
            event.run();
        } catch (Throwable thrown) {
            log.error("The session listener failed", thrown);
        }
    }
}
