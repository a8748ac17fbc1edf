package org.reactivesessions.transaction;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.reactivesessions.observation.ConnectionFigures;
import org.reactivesessions.observation.SessionFigures;
import org.reactivesessions.observation.SessionStatistics;
import org.reactivesessions.pool.ConnectionSource;
import org.reactivesessions.resilience.AcquisitionPolicy;

/**
 * Answers whoever asks what was counted, since the start and since whoever asked before him. As every counter only grows, what
 * came in between is the difference of two looks at it, in which nothing is lost. Thread-safe; one look at a time.
 */
final class Statistics {

    private final Tally tally;
    private final Running running;
    private final Census detached;
    private final ConnectionSource source;
    private final AcquisitionPolicy policy;
    private final LongSupplier nanoTime;
    private final Look start;

    // Guarded by this.
    private Look last;
    private int peak;
    private long longest;

    /** What was seen at one moment. */
    private record Look(
            long at, Tally.Standing counted, long connectRetries, long acquireTimeouts, ConnectionFigures connections) {

        SessionFigures since(Look before, int peak, long longest) {
            Tally.Standing some = counted.since(before.counted);
            return new SessionFigures(
                    Duration.ofNanos(at - before.at),
                    some.opened(),
                    some.committed(),
                    some.rolledBack(),
                    some.notStarted(),
                    some.inDoubt(),
                    some.cancelled(),
                    some.retried(),
                    connectRetries - before.connectRetries,
                    peak,
                    Duration.ofNanos(longest),
                    mean(some.waitNanos(), some.runs()),
                    mean(some.holdNanos(), some.holds()),
                    acquireTimeouts - before.acquireTimeouts,
                    some.timeouts(),
                    some.suspected(),
                    some.usesAfterEnd(),
                    connections.since(before.connections));
        }

        private static Duration mean(long nanos, long count) {
            return count == 0 ? Duration.ZERO : Duration.ofNanos(nanos / count);
        }
    }

    Statistics(
            Tally tally,
            Running running,
            Census detached,
            ConnectionSource source,
            AcquisitionPolicy policy,
            LongSupplier nanoTime) {
        this.tally = tally;
        this.running = running;
        this.detached = detached;
        this.source = source;
        this.policy = policy;
        this.nanoTime = nanoTime;
        this.start = look();
        this.last = start;
    }

    private Look look() {
        return new Look(
                nanoTime.getAsLong(),
                tally.standing(),
                policy.retries(),
                source.status().timeouts(),
                source.figures());
    }

    /** What was counted; begins to count anew for whoever asks next. */
    synchronized SessionStatistics take() {
        Look now = look();
        int newPeak = running.takePeak();
        long newLongest = tally.takeLongest();
        peak = Math.max(peak, newPeak);
        longest = Math.max(longest, newLongest);
        SessionStatistics taken = new SessionStatistics(
                now.since(start, peak, longest), now.since(last, newPeak, newLongest), detached.count());
        last = now;
        return taken;
    }
}
