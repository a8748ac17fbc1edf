package org.reactivesessions.postgres.cancelrun;

/** What is really under way in a transaction, seen from outside, in the order in which it happens. Immutable. */
enum Step {
    ACQUIRING,
    /** BEGIN was sent. */
    BEGINNING,
    /** BEGIN was answered. */
    BEGUN,
    FIRST_IN_FLIGHT,
    /** The first statement was answered, the second not yet subscribed. */
    BETWEEN,
    /** A query was subscribed that may be given up. */
    GLANCING,
    SECOND_IN_FLIGHT,
    /** The second statement was answered. */
    WORKED,
    /** COMMIT was sent. */
    COMMITTING,
    /** COMMIT was answered. */
    COMMITTED,
    /** ROLLBACK was sent. */
    ROLLING_BACK,
    /** ROLLBACK was answered. */
    ROLLED_BACK
}
