package org.reactivesessions.transaction;

import org.jspecify.annotations.Nullable;

/**
 * How a scope comes to its connection, decided when it is subscribed.
 *
 * @param entry makes the entry for the life that will use it
 * @param joined the scope whose session the function gets, or {@code null} if it gets one of its own
 * @param outer the scope it is part of, or {@code null} if it is part of none
 * @param transactional whether its end is the end of a transaction
 * @param follows whether something that began before it waits for it, so that it may begin although the sessions were closed
 * @param <S> what a function works with
 */
record Way<S>(
        Maker entry, @Nullable Scope<S> joined, @Nullable Scope<S> outer, boolean transactional, boolean follows) {

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
        return transactional && outer == null;
    }
}
