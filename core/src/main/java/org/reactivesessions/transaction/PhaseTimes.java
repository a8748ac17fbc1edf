package org.reactivesessions.transaction;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionTimeoutException;

/** When a life came from one phase to the next, and when it has to be over. Thread-safe. */
final class PhaseTimes {

    private static final long NOT_YET = -1;

    private final LongSupplier nanoTime;
    private final @Nullable DueTime due;
    private final long start;
    // Nanoseconds after the start; written by whoever moves the life, one at a time.
    private volatile long acquired = NOT_YET;
    private volatile long begun = NOT_YET;
    private volatile long decided = NOT_YET;
    private volatile long ended = NOT_YET;
    private volatile long lastMove;
    /** What was made for the subscriber because its time was over. */
    private volatile @Nullable Throwable over;

    /** @param due when it has to be over, {@code null} if that is nowhere said */
    PhaseTimes(@Nullable DueTime due, LongSupplier nanoTime) {
        this.due = due;
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
    }

    /** When it has to be over, {@code null} if that is nowhere said. */
    @Nullable
    DueTime due() {
        return due;
    }

    /** The life has come to another phase. */
    void entered(LifePhase phase) {
        long now = sinceStart();
        lastMove = now;
        switch (phase) {
            case ACQUIRING -> acquired = NOT_YET; // once more
            case BEGINNING -> acquired = now;
            case ACTIVE -> begun = now;
            case COMMITTING, ROLLING_BACK -> {
                if (decided == NOT_YET) {
                    decided = now;
                }
            }
            case DONE -> ended = now;
        }
    }

    /** Whether the time is over by which it has to be. */
    boolean areOver() {
        return due != null && due.nanos() - nanoTime.getAsLong() <= 0;
    }

    private long sinceStart() {
        return nanoTime.getAsLong() - start;
    }

    /** How long it has taken, in nanoseconds; to its end, once that is there. */
    long taken() {
        return first(ended, NOT_YET);
    }

    /** When it began, on the monotonic clock. */
    long start() {
        return start;
    }

    Duration age() {
        return Duration.ofNanos(sinceStart());
    }

    Duration inPhase() {
        return Duration.ofNanos(sinceStart() - lastMove);
    }

    /** How long it waited for its connection, as far as it has. */
    Duration acquiring() {
        return Duration.ofNanos(waitedNanos());
    }

    long waitedNanos() {
        return first(acquired, ended);
    }

    boolean hadConnection() {
        return acquired != NOT_YET;
    }

    /** How long it had its connection, as far as it has; zero if it got none. */
    long heldNanos() {
        long from = acquired;
        return from == NOT_YET ? 0 : Math.max(0, totalNanos() - from);
    }

    /** How long it took, as far as it has. */
    long totalNanos() {
        return first(ended, NOT_YET);
    }

    /** How long BEGIN took from then on; zero if it got no connection. */
    Duration beginning() {
        return acquired == NOT_YET ? Duration.ZERO : between(acquired, first(begun, decided));
    }

    /** How long its function worked from then on; zero if it never did. */
    Duration active() {
        return begun == NOT_YET ? Duration.ZERO : between(begun, first(decided, ended));
    }

    /** How long its end took from the decision on; zero if it got no connection. */
    Duration ending() {
        return acquired == NOT_YET || decided == NOT_YET ? Duration.ZERO : between(decided, first(ended, NOT_YET));
    }

    /** The first of two moments that has come, or now. */
    private long first(long one, long other) {
        if (one != NOT_YET) {
            return one;
        }
        return other != NOT_YET ? other : sinceStart();
    }

    /** Two threads that move a life one right after the other may note that the other way round. */
    private static Duration between(long from, long to) {
        return Duration.ofNanos(Math.max(0, to - from));
    }

    /**
     * Makes the error of a life whose time is over.
     *
     * @param phase where it was
     * @param transactional whether there is a transaction around it
     * @param running the statement that was running, if any
     */
    TransactionTimeoutException over(String name, LifePhase phase, boolean transactional, @Nullable String running) {
        DueTime passed = Objects.requireNonNull(due);
        String spent = spent(running);
        return isOver(
                transactional
                        ? new TransactionTimeoutException(name, phase, passed.limit(), passed.owner(), spent)
                        : TransactionTimeoutException.withoutTransaction(
                                name, phase, passed.limit(), passed.owner(), spent));
    }

    /**
     * Makes the error of a life that has been in its phase for too long.
     *
     * @param phase where it was
     * @param limit how long it may be there
     * @param transactional whether there is a transaction around it
     * @param running the statement that was running, if any
     */
    TransactionTimeoutException tooLong(
            String name, LifePhase phase, Duration limit, boolean transactional, @Nullable String running) {
        return isOver(TransactionTimeoutException.byWatch(name, phase, limit, transactional, spent(running)));
    }

    private TransactionTimeoutException isOver(TransactionTimeoutException error) {
        over = error;
        return error;
    }

    /** Whether this is the error that {@link #over} or {@link #tooLong} has made. */
    boolean areOverBy(@Nullable Throwable error) {
        return error != null && error == over;
    }

    private String spent(@Nullable String running) {
        long now = sinceStart();
        StringBuilder spent =
                new StringBuilder(millis(acquired == NOT_YET ? now : acquired)).append(" for a connection");
        if (acquired != NOT_YET) {
            spent.append(", ")
                    .append(millis((begun == NOT_YET ? now : begun) - acquired))
                    .append(" for BEGIN");
        }
        if (begun != NOT_YET) {
            spent.append(", ").append(millis(now - begun)).append(" in the function");
        }
        if (running != null) {
            spent.append("; it was running: ").append(running);
        }
        return spent.toString();
    }

    private static String millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos) + " ms";
    }
}
