package org.reactivesessions.transaction;

import java.time.Duration;
import org.reactivesessions.wire.Patience;

/**
 * How long the steps of a transaction that belong to the scope may take. Immutable. Passing a limit destroys the physical
 * connection, so that its place in the pool is never lost.
 *
 * @param control the limit for BEGIN and for undoing a transaction (from the moment its end is decided until ROLLBACK is
 *     answered, which includes waiting for a statement that still runs, and for a request to cancel it, of which each may take
 *     half of this), and as long again for a reset of the connection; more than zero, default 5 s
 * @param commit the limit for COMMIT; passing it leaves the transaction in doubt; more than zero, default 30 s
 * @param queuedBehindRows how long a statement waits behind the rows of another one while nobody asks for them; more than
 *     zero, default 2 s
 * @param serverCancel when a statement that its scope has given up is cancelled on the server
 * @since 0.1
 */
public record TimeLimits(
        Duration control, Duration commit, Duration queuedBehindRows, ServerCancelOptions serverCancel) {

    private static final TimeLimits DEFAULTS = new TimeLimits(Duration.ofSeconds(5), Duration.ofSeconds(30));

    /**
     * Checks the limits.
     *
     * @throws IllegalArgumentException if one of them is zero or negative
     */
    public TimeLimits {
        requirePositive("controlTimeout", control);
        requirePositive("commitTimeout", commit);
        requirePositive("queuedBehindRows", queuedBehindRows);
    }

    /**
     * Makes limits with the defaults for what waits behind rows and for what is cancelled on the server.
     *
     * @param control the limit for BEGIN and for undoing a transaction
     * @param commit the limit for COMMIT
     */
    public TimeLimits(Duration control, Duration commit) {
        this(control, commit, Patience.DEFAULT, ServerCancelOptions.defaults());
    }

    /**
     * Sets how long a statement waits behind the rows of another one while nobody asks for them.
     *
     * @param limit more than zero
     * @return the changed limits
     */
    public TimeLimits queuedBehindRows(Duration limit) {
        return new TimeLimits(control, commit, limit, serverCancel);
    }

    /**
     * Sets when a statement that its scope has given up is cancelled on the server, and how often.
     *
     * @param options default: {@link ServerCancelOptions#defaults()}
     * @return the changed limits
     */
    public TimeLimits serverCancel(ServerCancelOptions options) {
        return new TimeLimits(control, commit, queuedBehindRows, options);
    }

    /**
     * Sets how long undoing may wait for a statement until the server is asked to cancel that.
     *
     * @param grace more than zero; default 10 ms
     * @return the changed limits
     */
    public TimeLimits cancelGrace(Duration grace) {
        return serverCancel(serverCancel.grace(grace));
    }

    /**
     * Lets statements run to their end on the server, whoever has given them up: for a pooler or balancer in between that would
     * pass a request to cancel to another server. One that does not end within the limit for undoing costs the connection.
     *
     * @return the changed limits
     */
    public TimeLimits noServerCancel() {
        return serverCancel(ServerCancelOptions.off());
    }

    /**
     * Returns the defaults.
     *
     * @return 5 s, 30 s and 2 s, and to be cancelled on the server after 10 ms
     */
    public static TimeLimits defaults() {
        return DEFAULTS;
    }

    private static void requirePositive(String name, Duration limit) {
        if (limit.isZero() || limit.isNegative()) {
            throw new IllegalArgumentException(name + " must be > 0, but was " + limit);
        }
    }
}
