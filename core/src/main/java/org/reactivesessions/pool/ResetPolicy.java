package org.reactivesessions.pool;

import org.reactivesessions.wire.Residue;

/**
 * When a connection is reset, or not used again, at the end of a scope. Whatever is chosen, one that is inside a transaction,
 * or may be, is never used again. Immutable.
 *
 * <p>A reset comes after the scope's last answer and costs one round trip, and another one for what was done when the
 * connection was opened. One that fails, or is not answered in time, destroys the connection; what the scope's subscriber
 * hears is the same.
 *
 * @since 0.1
 */
public enum ResetPolicy {

    /** Never reset: who changes the session takes it back himself. */
    TRANSACTION_ONLY,

    /**
     * The default: reset if a statement of the scope may have left something, by its text, and destroyed if a reset does not
     * take that away, or the dialect has none. A connection lent through {@code connectionFactory()} is always reset. What a
     * function or a trigger leaves, called by a statement whose text does not say so, is not found.
     */
    WHEN_DIRTY,

    /**
     * Reset after every scope, whatever it did. Needs a dialect that can. No connection is handed over before its last answer.
     */
    ALWAYS,

    /** Destroyed after every scope. No connection is handed over before its last answer. */
    NEVER_REUSE;

    Reuse reuse(Residue residue) {
        return switch (this) {
            case TRANSACTION_ONLY -> Reuse.AS_IT_IS;
            case WHEN_DIRTY -> residue == Residue.NONE ? Reuse.AS_IT_IS : ifItHelps(residue);
            case ALWAYS -> ifItHelps(residue);
            case NEVER_REUSE -> Reuse.NEVER;
        };
    }

    private static Reuse ifItHelps(Residue residue) {
        return residue == Residue.BEYOND_RESET ? Reuse.NEVER : Reuse.AFTER_RESET;
    }
}
