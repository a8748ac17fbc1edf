package org.reactivesessions.observation;

/**
 * Why the pool closed a connection.
 *
 * @since 0.1
 */
public enum ConnectionEnd {
    /** It lay idle for longer than is kept. */
    IDLE,
    /** It had reached its greatest age. */
    AGED,
    /** The server, or the network, had closed it. */
    LOST,
    /**
     * The server it leads to was found not to answer, or not to be the one that takes writes; or {@code reset()} has said that
     * none is to be kept.
     */
    DISTRUSTED,
    /** Its state was not certain, or something was left on it that could not be taken away. */
    UNCERTAIN,
    /** The sessions were closed. */
    CLOSED
}
