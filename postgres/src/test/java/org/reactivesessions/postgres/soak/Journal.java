package org.reactivesessions.postgres.soak;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What each operation was told: one byte for each, all of them allocated beforehand, so that it does not grow. Thread-safe; each
 * operation is written by one thread at a time.
 */
final class Journal {

    /** What an operation was told, and what may therefore be in the ledger. */
    enum Told {
        /** Not begun, or not ended. */
        NOTHING(0, true, true),
        COMMITTED(1, false, true),
        /** Rolled back, or not started. */
        ABSENT(2, true, false),
        IN_DOUBT(3, true, true),
        /** It has left before it could be told. */
        LEFT(4, true, true);

        private final byte code;
        private final boolean mayBeAbsent;
        private final boolean mayBeThere;

        Told(int code, boolean mayBeAbsent, boolean mayBeThere) {
            this.code = (byte) code;
            this.mayBeAbsent = mayBeAbsent;
            this.mayBeThere = mayBeThere;
        }

        boolean allows(boolean there) {
            return there ? mayBeThere : mayBeAbsent;
        }
    }

    private static final Told[] ALL = Told.values();

    private final byte[] told;
    private final AtomicInteger begun = new AtomicInteger();

    Journal(int capacity) {
        told = new byte[capacity];
    }

    /** Returns the number of a new operation, from 0. */
    int begin() {
        return begun.getAndIncrement();
    }

    /** Whether there is room for more, for some callers at once. */
    boolean hasRoom(int callers) {
        return begun.get() < told.length - callers;
    }

    void tell(int operation, Told what) {
        told[operation] = what.code;
    }

    Told told(int operation) {
        return ALL[told[operation]];
    }

    int size() {
        return begun.get();
    }

    long count(Told what) {
        long count = 0;
        for (int operation = 0; operation < size(); operation++) {
            count += told(operation) == what ? 1 : 0;
        }
        return count;
    }
}
