package org.reactivesessions.transaction;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.reactivesessions.error.TransactionOutcome;

/**
 * Counts what becomes of everything, always, and so without allocating anything. What it has counted only grows, except for {@link
 * #takeLongest}. Thread-safe.
 */
final class Tally {

    private final LongAdder opened = new LongAdder();
    private final LongAdder committed = new LongAdder();
    private final LongAdder rolledBack = new LongAdder();
    private final LongAdder notStarted = new LongAdder();
    private final LongAdder inDoubt = new LongAdder();
    private final LongAdder cancelled = new LongAdder();
    private final LongAdder retried = new LongAdder();
    private final LongAdder timeouts = new LongAdder();
    private final LongAdder suspected = new LongAdder();
    private final LongAdder usesAfterEnd = new LongAdder();
    private final LongAdder runs = new LongAdder();
    private final LongAdder waitNanos = new LongAdder();
    private final LongAdder holds = new LongAdder();
    private final LongAdder holdNanos = new LongAdder();
    private final AtomicLong longest = new AtomicLong();

    /** A transaction was subscribed. */
    void opened() {
        opened.increment();
    }

    /** A transaction has ended. */
    void ended(TransactionOutcome outcome, boolean subscriberLeft) {
        switch (outcome) {
            case COMMITTED -> committed.increment();
            case ROLLED_BACK -> rolledBack.increment();
            case NOT_STARTED -> notStarted.increment();
            case IN_DOUBT -> inDoubt.increment();
        }
        if (subscriberLeft) {
            cancelled.increment();
        }
    }

    /** Something with a connection of its own has ended, or an attempt of it. */
    void ran(PhaseTimes times) {
        runs.increment();
        waitNanos.add(times.waitedNanos());
        if (times.hadConnection()) {
            holds.increment();
            holdNanos.add(times.heldNanos());
        }
        long total = times.totalNanos();
        long most = longest.get();
        while (total > most && !longest.compareAndSet(most, total)) {
            most = longest.get();
        }
    }

    /** An attempt of a transaction that has failed is followed by another one. */
    void ranAgain() {
        retried.increment();
    }

    /** The time of something was over. */
    void timedOut() {
        timeouts.increment();
    }

    /** Somebody was named who gets nowhere. */
    void suspected() {
        suspected.increment();
    }

    /** A session was used after its end. */
    void usedAfterEnd() {
        usesAfterEnd.increment();
    }

    /** The longest run since it was last taken, in nanoseconds. */
    long takeLongest() {
        return longest.getAndSet(0);
    }

    /** Where the counters stand; ends before beginnings, so that no end is seen without its beginning. */
    Standing standing() {
        long cancelledBefore = cancelled.sum();
        long committedBefore = committed.sum();
        long rolledBackBefore = rolledBack.sum();
        long notStartedBefore = notStarted.sum();
        long inDoubtBefore = inDoubt.sum();
        return new Standing(
                opened.sum(),
                committedBefore,
                rolledBackBefore,
                notStartedBefore,
                inDoubtBefore,
                cancelledBefore,
                retried.sum(),
                timeouts.sum(),
                suspected.sum(),
                usesAfterEnd.sum(),
                runs.sum(),
                waitNanos.sum(),
                holds.sum(),
                holdNanos.sum());
    }

    /** Where all counters stood at one moment. Immutable. */
    record Standing(
            long opened,
            long committed,
            long rolledBack,
            long notStarted,
            long inDoubt,
            long cancelled,
            long retried,
            long timeouts,
            long suspected,
            long usesAfterEnd,
            long runs,
            long waitNanos,
            long holds,
            long holdNanos) {

        /** What has come since another one. */
        Standing since(Standing before) {
            return new Standing(
                    opened - before.opened,
                    committed - before.committed,
                    rolledBack - before.rolledBack,
                    notStarted - before.notStarted,
                    inDoubt - before.inDoubt,
                    cancelled - before.cancelled,
                    retried - before.retried,
                    timeouts - before.timeouts,
                    suspected - before.suspected,
                    usesAfterEnd - before.usesAfterEnd,
                    runs - before.runs,
                    waitNanos - before.waitNanos,
                    holds - before.holds,
                    holdNanos - before.holdNanos);
        }
    }
}
