package org.reactivesessions.orders.web;

import org.reactivesessions.orders.ledger.Account;
import org.reactivesessions.orders.ledger.Ledger;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Accounts, to be read. */
@RestController
@RequestMapping("/accounts")
class AccountsController {

    private final Ledger ledger;

    AccountsController(Ledger ledger) {
        this.ledger = ledger;
    }

    @GetMapping
    Flux<Account> accounts() {
        return ledger.accounts();
    }

    @GetMapping("/{id}")
    Mono<Account> account(@PathVariable("id") long id) {
        return ledger.account(id);
    }
}
