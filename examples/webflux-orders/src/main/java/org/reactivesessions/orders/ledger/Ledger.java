package org.reactivesessions.orders.ledger;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The books: accounts, and transfers between them. Thread-safe. */
public interface Ledger {

    /**
     * Reads an account.
     *
     * @param id its number
     * @return a cold mono; it signals {@link UnknownAccountException} if there is none
     */
    Mono<Account> account(long id);

    /**
     * Reads the accounts.
     *
     * @return a cold flux, in the order of their numbers, as they were at one moment
     */
    Flux<Account> accounts();

    /**
     * Carries a transfer out, as a whole or not at all, whatever becomes of the subscriber.
     *
     * @param transfer what is to be moved
     * @return a cold mono of the order when it is durable; it signals {@link UnknownAccountException} and {@link OverdraftException}
     */
    Mono<Order> transfer(Transfer transfer);
}
