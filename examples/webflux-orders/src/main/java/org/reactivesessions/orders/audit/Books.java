package org.reactivesessions.orders.audit;

/**
 * What the witness has found. Immutable.
 *
 * @param state whether the balances add up
 * @param expected what all accounts together began with; 0 if that is unknown
 * @param actual what they have now; 0 if that is unknown
 * @param broken how often the balances did not add up when somebody looked, since the start
 */
public record Books(State state, long expected, long actual, long broken) {

    /** Whether the balances add up. */
    public enum State {
        /** They do: every transfer is there as a whole, or not at all. */
        BALANCED,
        /** They do not: somebody's money is lost, or was made of nothing. */
        BROKEN,
        /** The database did not tell. */
        UNKNOWN
    }

    static Books unknown(long broken) {
        return new Books(State.UNKNOWN, 0, 0, broken);
    }
}
