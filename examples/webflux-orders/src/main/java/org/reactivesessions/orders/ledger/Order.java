package org.reactivesessions.orders.ledger;

import java.util.List;
import java.util.UUID;

/**
 * A transfer that is carried out, or was. Immutable.
 *
 * @param id by which its entries are found
 * @param from the account that gives
 * @param to the account that gets
 * @param amount how much
 */
public record Order(UUID id, long from, long to, long amount) {

    /**
     * One of the two entries of an order.
     *
     * @param order the order's id
     * @param account whose balance changes
     * @param amount by how much
     */
    record Entry(UUID order, long account, long amount) {}

    static Order of(Transfer transfer) {
        return new Order(UUID.randomUUID(), transfer.from(), transfer.to(), transfer.amount());
    }

    /** Both, in the order of their accounts, so that two orders never wait for each other. */
    List<Entry> entries() {
        Entry debit = new Entry(id, from, -amount);
        Entry credit = new Entry(id, to, amount);
        return from < to ? List.of(debit, credit) : List.of(credit, debit);
    }
}
