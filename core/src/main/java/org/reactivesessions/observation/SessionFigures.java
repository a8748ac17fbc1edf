package org.reactivesessions.observation;

import java.time.Duration;

/**
 * What has become of transactions, sessions and connections within a time. Immutable.
 *
 * <p>Every end is counted once, before the subscriber hears of it. While transactions are under way {@code opened} is at
 * least {@link #ended()}, and when none is, they are the same.
 *
 * @param over the time
 * @param opened how many transactions were subscribed; what joins another one, or is nested in it, is part of that
 * @param committed how many ended {@link org.reactivesessions.error.TransactionOutcome#COMMITTED COMMITTED}
 * @param rolledBack how many ended {@code ROLLED_BACK}
 * @param notStarted how many ended {@code NOT_STARTED}
 * @param inDoubt how many ended {@code IN_DOUBT}, and were not resolved
 * @param cancelled how many of all these had been left by their subscriber before they ended
 * @param retried how often a transaction was run again
 * @param connectRetries how often another attempt to get a connection was begun
 * @param peakConcurrent the most transactions, sessions and lent connections that were under way at one moment, those that
 *     waited for a connection among them; not those that waited for their next attempt
 * @param longest how long the longest run took of those that ended, the wait for its connection and its clean-up included
 * @param meanWait how long a run waited for its connection, on average of those that ended
 * @param meanHold how long a run had its connection, on average of those that had one and ended
 * @param acquireTimeouts how often a scope got no connection in time
 * @param timeouts how many runs were ended because their time was over, or by the watch, see {@link WatchOptions#endAfter(
 *     Duration)}
 * @param suspected how often somebody was named who got nowhere, see {@link WatchOptions#warnAfter}
 * @param usesAfterEnd how often a session was used after its end
 * @param connections what has become of connections
 * @since 0.1
 */
public record SessionFigures(
        Duration over,
        long opened,
        long committed,
        long rolledBack,
        long notStarted,
        long inDoubt,
        long cancelled,
        long retried,
        long connectRetries,
        int peakConcurrent,
        Duration longest,
        Duration meanWait,
        Duration meanHold,
        long acquireTimeouts,
        long timeouts,
        long suspected,
        long usesAfterEnd,
        ConnectionFigures connections) {

    /**
     * Tells how many transactions have ended, in whatever way.
     *
     * @return the sum of the four outcomes
     */
    public long ended() {
        return committed + rolledBack + notStarted + inDoubt;
    }

    /** One line for a log. */
    @Override
    public String toString() {
        return "in " + over.toMillis() + " ms: " + opened + " opened, " + committed + " committed, " + rolledBack
                + " rolled back, " + notStarted + " not started, " + inDoubt + " in doubt, " + cancelled
                + " cancelled, "
                + retried + " retried, " + connectRetries + " connect retries; at most " + peakConcurrent
                + " at once; longest " + longest.toMillis() + " ms, wait " + micros(meanWait) + " us, hold "
                + micros(meanHold) + " us on average; timeouts: " + acquireTimeouts + " for a connection, " + timeouts
                + " of runs; " + suspected + " suspected, " + usesAfterEnd + " used after the end; " + connections;
    }

    private static long micros(Duration time) {
        return time.toNanos() / 1_000;
    }
}
