package org.reactivesessions.orders.ledger;

/**
 * A wish to move an amount from one account to another. Immutable, and valid by itself: whether there are such accounts, and enough on
 * the first, only the ledger knows.
 *
 * @param from the account that gives
 * @param to the account that gets, another one
 * @param amount from 1 to {@link #MOST}
 */
public record Transfer(long from, long to, long amount) {

    /** The most that can be moved at once. */
    public static final long MOST = 1_000_000;

    /**
     * Creates a transfer.
     *
     * @throws IllegalArgumentException if the accounts are the same, or the amount is out of range
     */
    public Transfer {
        if (from == to) {
            throw new IllegalArgumentException("to must be another account than from, but both were " + from);
        }
        if (amount < 1 || amount > MOST) {
            throw new IllegalArgumentException("amount must be from 1 to " + MOST + ", but was " + amount);
        }
    }
}
