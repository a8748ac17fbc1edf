package org.reactivesessions.transaction;

/**
 * What becomes of a transaction that is asked for inside another one. Which one that is says the Reactor Context, so only
 * what is subscribed inside the function of the outer transaction is inside it. Immutable.
 *
 * @since 0.1
 */
public enum Propagation {
    /** Joins the outer transaction, or begins one if there is none. If the inner function fails, the outer one rolls back. */
    REQUIRED,
    /**
     * Begins a transaction of its own, on another connection, whose outcome does not depend on the outer one. It fails at
     * once if every connection of the pool could be held by somebody who waits for another one.
     */
    REQUIRES_NEW,
    /**
     * Sets a savepoint in the outer transaction, or begins one if there is none. If the inner function fails, only its own
     * work is undone. While it runs, the statements of the outer session are refused.
     */
    NESTED,
    /** Joins the outer transaction, and fails if there is none. */
    MANDATORY
}
