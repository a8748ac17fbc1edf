package org.reactivesessions.proof.journal;

/** What a client was told of an operation, and what may therefore be in the ledger. */
public enum Told {
    /** It succeeded. */
    ACK(false, true),
    /** It was rolled back. */
    ROLLED_BACK(true, false),
    /** It was never begun. */
    NOT_STARTED(true, false),
    /** Nobody knows, although it was looked into. */
    UNKNOWN(true, true),
    /** The client left before it was told. */
    LEFT(true, true),
    /** The client was told nothing within a generous time. */
    NOTHING(true, true),
    /** The client was killed, and nobody has told its successor. */
    OPEN(true, true);

    private final boolean mayBeAbsent;
    private final boolean mayBeThere;

    Told(boolean mayBeAbsent, boolean mayBeThere) {
        this.mayBeAbsent = mayBeAbsent;
        this.mayBeThere = mayBeThere;
    }

    /** Whether that is true of an operation that is there, or is not. */
    public boolean allows(boolean there) {
        return there ? mayBeThere : mayBeAbsent;
    }
}
