package org.reactivesessions.orders.ledger;

/** There is not enough on the account. */
public final class OverdraftException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    OverdraftException(long id, long amount) {
        super("there is less than " + amount + " on account " + id);
    }
}
