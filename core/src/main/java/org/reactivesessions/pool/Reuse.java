package org.reactivesessions.pool;

/**
 * What has to happen to a connection at the end of a scope before the next one gets it. Immutable.
 *
 * @since 0.1
 */
public enum Reuse {
    /** Nothing. */
    AS_IT_IS,
    /** It has to be reset. */
    AFTER_RESET,
    /** It must be destroyed. */
    NEVER
}
