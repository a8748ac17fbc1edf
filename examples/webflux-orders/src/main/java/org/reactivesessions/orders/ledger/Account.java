package org.reactivesessions.orders.ledger;

/**
 * An account. Immutable.
 *
 * @param id its number
 * @param balance what is on it, in the smallest unit of its currency; never negative
 */
public record Account(long id, long balance) {}
