package org.reactivesessions.transaction;

import org.jspecify.annotations.Nullable;
import org.reactivesessions.observation.AttemptReport;

/**
 * How a scope comes to its connection, decided when it is subscribed.
 *
 * @param entry makes the entry for the life that will use it
 * @param joined the scope whose session the function gets, or {@code null} if it gets one of its own
 * @param outer the scope it is part of, or {@code null} if it is part of none
 * @param kind what a listener hears of it as; {@code null} if none is to hear
 * @param follows whether something that began before it waits for it, so that it may begin although the sessions were closed
 * @param <S> what a function works with
 */
record Way<S>(
        Maker entry,
        @Nullable Scope<S> joined,
        @Nullable Scope<S> outer,
        AttemptReport.@Nullable Kind kind,
        boolean follows) {

    /** Makes an entry. */
    @FunctionalInterface
    interface Maker {
        Entry entry(Entry.Receiver receiver);
    }

    /** Whether it may begin although the sessions were closed: it is part of something that began before, or needed by it. */
    boolean mayFollowClose() {
        return outer != null || follows;
    }

    /** Whether its end is to be reported as the end of a transaction. */
    boolean endsTransaction() {
        return kind == AttemptReport.Kind.TRANSACTION && outer == null;
    }

    /** What a listener hears of its runs as; {@code null} if it has no connection of its own, or none is to hear. */
    AttemptReport.@Nullable Kind reported() {
        return outer == null ? kind : null;
    }
}
