package org.reactivesessions.transaction;

import java.time.Duration;

/**
 * When a statement that its scope has given up is cancelled on the server, and how often the server is asked for that by one
 * pool. A request is a connection of its own, for which PostgreSQL starts a process; one that finds no room waits for its next
 * turn. Immutable.
 *
 * @param enabled whether it is done at all; default true
 * @param grace how long a command that undoes a scope may wait for a statement until the server is asked to cancel that; more
 *     than zero, default 10 ms; at least the round trip, or more is asked for than is needed
 * @param atOnce how many requests of a pool may be under way; at least 1, default 4
 * @param perSecond how many requests of a pool may begin in a second, which is also how many may begin at once after a quiet
 *     one; 1 to 1,000,000, default 50
 * @since 0.1
 */
public record ServerCancelOptions(boolean enabled, Duration grace, int atOnce, int perSecond) {

    private static final int MOST_PER_SECOND = 1_000_000;
    private static final ServerCancelOptions DEFAULTS = new ServerCancelOptions(true, Duration.ofMillis(10), 4, 50);
    private static final ServerCancelOptions OFF = new ServerCancelOptions(false, Duration.ofMillis(10), 4, 50);

    /**
     * Checks the settings.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public ServerCancelOptions {
        if (grace.isZero() || grace.isNegative()) {
            throw new IllegalArgumentException("cancelGrace must be > 0, but was " + grace + "; use noServerCancel()");
        }
        if (atOnce < 1) {
            throw new IllegalArgumentException("atOnce must be >= 1, but was " + atOnce);
        }
        if (perSecond < 1 || perSecond > MOST_PER_SECOND) {
            throw new IllegalArgumentException(
                    "perSecond must be >= 1 and <= " + MOST_PER_SECOND + ", but was " + perSecond);
        }
    }

    /**
     * Returns the defaults.
     *
     * @return after 10 ms, at most 4 at once and 50 in a second
     */
    public static ServerCancelOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Returns settings by which the server is never asked: for a pooler or balancer in between that would pass a request to
     * another server.
     *
     * @return never
     */
    public static ServerCancelOptions off() {
        return OFF;
    }

    /**
     * Sets the grace time.
     *
     * @param newGrace more than zero
     * @return the changed settings
     * @throws IllegalArgumentException if it is zero or negative
     */
    public ServerCancelOptions grace(Duration newGrace) {
        return new ServerCancelOptions(enabled, newGrace, atOnce, perSecond);
    }

    /**
     * Sets how many requests of a pool may be under way.
     *
     * @param most at least 1
     * @return the changed settings
     * @throws IllegalArgumentException if it is less than 1
     */
    public ServerCancelOptions atOnce(int most) {
        return new ServerCancelOptions(enabled, grace, most, perSecond);
    }

    /**
     * Sets how many requests of a pool may begin in a second.
     *
     * @param most 1 to 1,000,000
     * @return the changed settings
     * @throws IllegalArgumentException if it is out of that range
     */
    public ServerCancelOptions perSecond(int most) {
        return new ServerCancelOptions(enabled, grace, atOnce, most);
    }
}
