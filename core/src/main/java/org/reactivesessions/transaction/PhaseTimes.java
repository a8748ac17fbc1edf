package org.reactivesessions.transaction;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionTimeoutException;

/** How long a life with a time limit spent where; without one, nothing is measured. Thread-safe. */
final class PhaseTimes {

    private static final long NOT_YET = -1;
    private static final PhaseTimes UNLIMITED = new PhaseTimes(null, () -> 0);

    private final LongSupplier nanoTime;
    private final @Nullable DueTime due;
    private final long start;
    private volatile long acquired = NOT_YET;
    private volatile long begun = NOT_YET;

    private PhaseTimes(@Nullable DueTime due, LongSupplier nanoTime) {
        this.due = due;
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
    }

    static PhaseTimes of(@Nullable DueTime due, LongSupplier nanoTime) {
        return due == null ? UNLIMITED : new PhaseTimes(due, nanoTime);
    }

    /** When it has to be over, {@code null} if that is nowhere said. */
    @Nullable
    DueTime due() {
        return due;
    }

    void acquired() {
        if (due != null) {
            acquired = since();
        }
    }

    void begun() {
        if (due != null) {
            begun = since();
        }
    }

    /** Whether the time is over by which it has to be. */
    boolean areOver() {
        return due != null && due.nanos() - nanoTime.getAsLong() <= 0;
    }

    private long since() {
        return nanoTime.getAsLong() - start;
    }

    /**
     * Makes the error of a life whose time is over.
     *
     * @param phase where it was
     * @param running the statement that was running, if any
     */
    TransactionTimeoutException over(String name, LifePhase phase, @Nullable String running) {
        long now = since();
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
        DueTime passed = Objects.requireNonNull(due);
        return new TransactionTimeoutException(name, phase, passed.limit(), passed.owner(), spent.toString());
    }

    private static String millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos) + " ms";
    }
}
