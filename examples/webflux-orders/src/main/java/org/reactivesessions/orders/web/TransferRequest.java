package org.reactivesessions.orders.web;

import org.jspecify.annotations.Nullable;
import org.reactivesessions.orders.ledger.Transfer;

/**
 * The body of a request for a transfer, as it came. Immutable.
 *
 * @param from the account that gives
 * @param to the account that gets
 * @param amount how much
 */
record TransferRequest(
        @Nullable Long from, @Nullable Long to, @Nullable Long amount) {

    /**
     * The transfer that is wished for.
     *
     * @throws InvalidRequestException if something is missing, or cannot be
     */
    Transfer transfer() {
        long giver = present("from", from);
        long getter = present("to", to);
        long moved = present("amount", amount);
        try {
            return new Transfer(giver, getter, moved);
        } catch (IllegalArgumentException refused) {
            throw new InvalidRequestException(String.valueOf(refused.getMessage()));
        }
    }

    private static long present(String name, @Nullable Long value) {
        if (value == null) {
            throw new InvalidRequestException(name + " is missing; " + Problems.EXAMPLE);
        }
        return value;
    }
}
