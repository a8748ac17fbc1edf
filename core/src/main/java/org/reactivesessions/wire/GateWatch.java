package org.reactivesessions.wire;

/**
 * Watches what is done behind gates: who is slow, who comes too late, and, if that was asked for, with which values.
 *
 * <p><strong>Threads:</strong> thread-safe; must neither block nor throw.
 *
 * @since 0.1
 */
public interface GateWatch {

    /**
     * Tells whether statements are to be timed.
     *
     * @return {@code false} if nobody wants to know how long they take
     */
    boolean times();

    /**
     * Reads the clock.
     *
     * @return nanoseconds of a monotonic clock
     */
    long nanoTime();

    /**
     * Returns from what time on {@link #slow} is to hear of a statement.
     *
     * @return nanoseconds; {@link Long#MAX_VALUE} for never
     */
    long slowAfter();

    /**
     * Hears of a statement that has ended, in whatever way.
     *
     * @param scope whose it was
     * @param sql its text
     * @param nanos how long it took from when it was sent
     */
    void slow(String scope, String sql, long nanos);

    /**
     * Hears that a scope was used after its end.
     *
     * @param scope whose connection it was
     * @param use what its user hears; carries the stack of the use, and, suppressed, that of the end if it was kept
     * @param cutShort whether the function of the scope was ended by somebody else, so that it could not know
     */
    void usedAfterEnd(String scope, IllegalStateException use, boolean cutShort);

    /**
     * Tells whether {@link #values} is to be called.
     *
     * @return {@code false} unless somebody has asked for values in the log
     */
    boolean showsValues();

    /**
     * Hears of the values of a statement that is being sent.
     *
     * @param scope whose it is
     * @param sql its text
     * @param values in words
     */
    void values(String scope, String sql, String values);
}
