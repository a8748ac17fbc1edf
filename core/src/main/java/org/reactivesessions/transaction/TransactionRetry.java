package org.reactivesessions.transaction;

import java.time.Duration;
import org.reactivesessions.resilience.Backoff;

/**
 * When the whole transaction is run again: the function is called anew, in a new transaction, on a clean connection.
 * Immutable; every method returns a copy.
 *
 * <p>Only a transaction of which it is certain that nothing is durable is run again, never one in doubt. By default that is
 * after a serialization failure (40001), a deadlock (40P01), or when the connection was lost before COMMIT was sent; what else
 * may be repeated is opted in. It is run again at most {@link #maxAttempts} times, within its {@code timeout}, after a random
 * wait that grows, and as long as there are retries in the budget that all transactions share. After the last attempt the
 * subscriber hears its error, with those of the attempts before it suppressed.
 *
 * <p><strong>What the function does outside the database is done again with every attempt.</strong> Put what must happen once,
 * such as a message or a call of another service, into {@code afterCommit}; it runs for the attempt that commits. Hooks belong
 * to one attempt: those for a rollback run after each attempt that fails. {@code Session.attempt()} tells which one it is.
 *
 * <p>A stream is not run again once its subscriber has seen an element, unless it is {@link #buffered}. A scope that joins
 * another, or is nested in it, is not run again by itself: its options are ignored there, because the database has undone
 * the whole transaction.
 *
 * @since 0.1
 */
public final class TransactionRetry {

    private static final TransactionRetry DEFAULTS =
            new TransactionRetry(10, Duration.ofMillis(10), Duration.ofSeconds(1), true, false, false, false, 0);

    private final int maxAttempts;
    private final Duration base;
    private final Duration cap;
    private final boolean lost;
    private final boolean lockTimeout;
    private final boolean stalePlan;
    private final boolean duplicate;
    private final int buffered;
    private final Backoff backoff;

    private TransactionRetry(
            int maxAttempts,
            Duration base,
            Duration cap,
            boolean lost,
            boolean lockTimeout,
            boolean stalePlan,
            boolean duplicate,
            int buffered) {
        this.maxAttempts = maxAttempts;
        this.base = base;
        this.cap = cap;
        this.lost = lost;
        this.lockTimeout = lockTimeout;
        this.stalePlan = stalePlan;
        this.duplicate = duplicate;
        this.buffered = buffered;
        this.backoff = Backoff.fullJitter(base, cap);
    }

    /**
     * Returns the defaults.
     *
     * @return up to 10 attempts, with random waits of up to 10, 20, 40 ms and so on up to 1 s, after serialization failures, deadlocks and
     *     lost connections
     */
    public static TransactionRetry defaults() {
        return DEFAULTS;
    }

    /**
     * Sets how often the transaction is run, the first time included.
     *
     * @param attempts at least 1; default 10
     * @return a copy with that many attempts
     * @throws IllegalArgumentException if it is less than 1
     */
    public TransactionRetry maxAttempts(int attempts) {
        if (attempts < 1) {
            throw new IllegalArgumentException("maxAttempts must be >= 1, but was " + attempts);
        }
        return new TransactionRetry(attempts, base, cap, lost, lockTimeout, stalePlan, duplicate, buffered);
    }

    /**
     * Sets how long it waits before the next attempt: a random time between a millisecond and a most that begins with the
     * first value and doubles up to the second (full jitter).
     *
     * @param first the most before the second attempt; at least 1 ms; default 10 ms
     * @param most the most before any attempt; not less than {@code first}; default 1 s
     * @return a copy with these waits
     * @throws IllegalArgumentException if a value is out of range
     */
    public TransactionRetry backoff(Duration first, Duration most) {
        if (first.toMillis() < 1) {
            throw new IllegalArgumentException("the first backoff must be >= 1 ms, but was " + first);
        }
        if (most.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "the longest backoff must be >= the first, " + first + ", but was " + most);
        }
        return new TransactionRetry(maxAttempts, first, most, lost, lockTimeout, stalePlan, duplicate, buffered);
    }

    /**
     * Sets whether a transaction is run again whose connection was lost, whose database was away, or that was to write and has
     * met a database that takes no writes, such as a primary of before, if it certainly did not commit. Such retries come out of the budget of the acquisition, one for ten scopes, so that an outage is not met by a
     * multiple of the load.
     *
     * @param repeated default {@code true}
     * @return a copy that does or does not
     */
    public TransactionRetry onConnectionLoss(boolean repeated) {
        return new TransactionRetry(maxAttempts, base, cap, repeated, lockTimeout, stalePlan, duplicate, buffered);
    }

    /**
     * Also runs a transaction again that did not get a lock in time (55P03), by {@code lockTimeout} or NOWAIT. The wait of
     * {@code once()} for somebody else is not meant by it.
     *
     * @return a copy that does
     */
    public TransactionRetry onLockTimeout() {
        return new TransactionRetry(maxAttempts, base, cap, lost, true, stalePlan, duplicate, buffered);
    }

    /**
     * Also runs a transaction again whose prepared statement did not fit a table that had been changed; the next attempt
     * prepares it anew.
     *
     * @return a copy that does
     */
    public TransactionRetry onStalePlan() {
        return new TransactionRetry(maxAttempts, base, cap, lost, lockTimeout, true, duplicate, buffered);
    }

    /**
     * Also runs a SERIALIZABLE transaction again that met a duplicate key or an exclusion constraint (23505, 23P01), because
     * there that can be a serialization failure in disguise: the key was not there when the transaction looked.
     *
     * @return a copy that does
     * @see <a href="https://www.postgresql.org/docs/current/mvcc-serialization-failure-handling.html">PostgreSQL,
     *     serialization failure handling</a>
     */
    public TransactionRetry onDuplicateKey() {
        return new TransactionRetry(maxAttempts, base, cap, lost, lockTimeout, stalePlan, true, buffered);
    }

    /**
     * Keeps the elements of a stream until COMMIT was answered, and only then delivers them, so that every failure before it
     * can be met by another attempt, and a subscriber that takes only some of them does not roll back. Without effect on a
     * single value, which waits anyway.
     *
     * @param most how many elements are kept, at least 1; one more is an error, which rolls back
     * @return a copy that keeps them
     * @throws IllegalArgumentException if it is less than 1
     */
    public TransactionRetry buffered(int most) {
        if (most < 1) {
            throw new IllegalArgumentException("buffered must be >= 1, but was " + most);
        }
        return new TransactionRetry(maxAttempts, base, cap, lost, lockTimeout, stalePlan, duplicate, most);
    }

    int maxAttempts() {
        return maxAttempts;
    }

    Backoff backoff() {
        return backoff;
    }

    boolean onConnectionLoss() {
        return lost;
    }

    boolean retriesLockTimeout() {
        return lockTimeout;
    }

    boolean retriesStalePlan() {
        return stalePlan;
    }

    boolean retriesDuplicateKey() {
        return duplicate;
    }

    /** How many elements of a stream are kept, 0 if it is passed on as it comes. */
    int buffered() {
        return buffered;
    }

    @Override
    public String toString() {
        return "up to " + maxAttempts + " attempts";
    }
}
