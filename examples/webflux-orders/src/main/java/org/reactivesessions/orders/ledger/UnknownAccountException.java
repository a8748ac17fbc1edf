package org.reactivesessions.orders.ledger;

/** There is no such account. */
public final class UnknownAccountException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnknownAccountException(long id) {
        super("there is no account " + id);
    }
}
