package org.reactivesessions.error;

/**
 * The phase of a transaction's life, in the order in which a life passes through them. Immutable.
 *
 * @since 0.1
 */
public enum LifePhase {
    /** Waiting for a connection. Nothing was sent. */
    ACQUIRING,
    /** BEGIN is on the wire. It cannot be cancelled; its answer is waited for. */
    BEGINNING,
    /** The function runs; statements may be sent. */
    ACTIVE,
    /** The function has succeeded; COMMIT is about to be sent or on the wire. It cannot be cancelled. */
    COMMITTING,
    /** The function failed or the subscriber cancelled; the transaction is being undone. */
    ROLLING_BACK,
    /** The connection was given back or destroyed and the outcome is known. */
    DONE
}
