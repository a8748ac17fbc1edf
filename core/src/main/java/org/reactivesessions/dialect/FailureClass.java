package org.reactivesessions.dialect;

/**
 * What an error says, as far as it decides what is done about it. Immutable. A dialect reads it off the phase, the SQLSTATE
 * and the severity, never off the class of the driver's exception.
 *
 * @since 0.1
 */
public enum FailureClass {
    /** The transaction lost against a concurrent one (40001); the whole of it may succeed when it is run again. */
    SERIALIZATION,
    /** The transaction was chosen to end a deadlock (40P01); the whole of it may succeed when it is run again. */
    DEADLOCK,
    /** A lock was not to be had in time (55P03). */
    LOCK_TIMEOUT,
    /** A prepared statement did not fit the tables any more; the next time it is prepared anew. */
    STALE_PLAN,
    /** A unique or exclusion constraint was violated; above REPEATABLE READ that may be a concurrent transaction's doing. */
    DUPLICATE,
    /** The database was away, or the connection to it was lost. */
    OUTAGE,
    /** The database refused the connection for good: user, password or database are wrong. */
    REFUSAL,
    /** The database, or the transaction, takes no writes. */
    READ_ONLY,
    /** Everything else: an error of the statement, of the data, or of the application. */
    OTHER
}
