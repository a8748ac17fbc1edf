package org.reactivesessions.transaction;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How it is found out whether a transaction committed, when the answer to its COMMIT is lost. Immutable; every method returns
 * a copy.
 *
 * <p>With a marker, the transaction leaves a row of its own in {@code reactive_sessions.commit_marker}, sent in the same flight
 * as COMMIT, at no extra round trip. If the answer is lost, the database is asked for it: the transaction ends as COMMITTED, its
 * value is delivered and its hooks run, or as ROLLED_BACK, for ever, so that it may be run again. Only if the database cannot
 * be asked in time does it end with {@link org.reactivesessions.error.CommitOutcomeUnknownException}.
 *
 * <p>A read-only transaction leaves no marker; whether it committed makes no difference to this database, so without asking
 * it counts as ROLLED_BACK.
 *
 * @since 0.1
 */
public final class CommitVerification {

    /** Which transactions leave a marker. */
    public enum Marking {
        /**
         * Those that have written something in this database, by its own account: it gave them a transaction id; and those that have
         * sent anything but plain SELECT, INSERT, UPDATE, DELETE and MERGE, because that may write in COMMIT itself.
         */
        WRITTEN,
        /**
         * All that are not read-only: needed if their only effect is elsewhere, by NOTIFY, a foreign table or dblink. A
         * transaction that reads takes a transaction id and writes then.
         */
        ALWAYS
    }

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LONGEST = Duration.ofHours(24);
    private static final CommitVerification NONE = new CommitVerification(null, PATIENCE);

    private final @Nullable Marking marking;
    private final Duration within;

    private CommitVerification(@Nullable Marking marking, Duration within) {
        this.marking = marking;
        this.within = within;
    }

    /**
     * Returns no verification: a lost answer leaves the transaction in doubt. The default.
     *
     * @return nothing to be found out by
     */
    public static CommitVerification none() {
        return NONE;
    }

    /**
     * Returns a marker for every transaction that has written something in this database.
     *
     * @return a marker, {@link Marking#WRITTEN}
     */
    public static CommitVerification marker() {
        return marker(Marking.WRITTEN);
    }

    /**
     * Returns a marker.
     *
     * @param marking for which transactions
     * @return a marker; a transaction in doubt is asked after for up to 30 s
     */
    public static CommitVerification marker(Marking marking) {
        return new CommitVerification(Objects.requireNonNull(marking, "marking must not be null"), PATIENCE);
    }

    /**
     * Sets how long the database is asked after a transaction in doubt. The subscriber waits for that; a transaction's timeout
     * does not end it.
     *
     * @param limit more than zero, at most 24 h; default 30 s
     * @return a copy with that limit
     * @throws IllegalArgumentException if it is zero, negative or longer
     */
    public CommitVerification within(Duration limit) {
        if (limit.isZero() || limit.isNegative() || limit.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "within must be > 0 and at most 24 h, as long as markers are kept, but was " + limit);
        }
        return new CommitVerification(marking, limit);
    }

    boolean leavesMarker() {
        return marking != null;
    }

    boolean always() {
        return marking == Marking.ALWAYS;
    }

    Duration within() {
        return within;
    }

    @Override
    public String toString() {
        return marking == null ? "none" : "marker(" + marking + ") within " + within;
    }
}
