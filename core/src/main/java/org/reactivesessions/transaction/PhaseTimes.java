package org.reactivesessions.transaction;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionTimeoutException;

/** How long a life with a time limit spent where. Thread-safe. */
final class PhaseTimes {

    private final LongSupplier nanoTime;
    private final DueTime due;
    private final long start;
    private volatile long acquired;
    private volatile long begun;

    PhaseTimes(DueTime due, LongSupplier nanoTime) {
        this.due = due;
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
    }

    DueTime due() {
        return due;
    }

    void acquired() {
        acquired = since();
    }

    void begun() {
        begun = since();
    }

    /** More than zero, as zero stands for what has not happened. */
    private long since() {
        return Math.max(1, nanoTime.getAsLong() - start);
    }

    /**
     * Makes the error of a life whose time is over.
     *
     * @param phase where it was
     * @param running the statement that was running, if any
     */
    TransactionTimeoutException over(String name, LifePhase phase, @Nullable String running) {
        long now = since();
        StringBuilder spent = new StringBuilder(millis(acquired == 0 ? now : acquired)).append(" for a connection");
        if (acquired > 0) {
            spent.append(", ")
                    .append(millis((begun == 0 ? now : begun) - acquired))
                    .append(" for BEGIN");
        }
        if (begun > 0) {
            spent.append(", ").append(millis(now - begun)).append(" in the function");
        }
        if (running != null) {
            spent.append("; it was running: ").append(running);
        }
        return new TransactionTimeoutException(name, phase, due.limit(), due.owner(), spent.toString());
    }

    private static String millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos) + " ms";
    }
}
