package org.reactivesessions.spring.boot.guide;

import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.transaction.TransactionOptions;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

// spotless:off
// tag::balances[]
@RestController
public class Balances {

    private final ReactiveSessions sessions;

    Balances(ReactiveSessions sessions) {
        this.sessions = sessions;
    }

    @GetMapping("/accounts/{id}")
    Mono<Long> balance(@PathVariable("id") long id) {
        return sessions.withTransaction(TransactionOptions.defaults().named("balance").readOnly(), session ->
            session.sql("SELECT balance FROM account WHERE id = $1", id).one(row -> row.get(0, Long.class)));
    }
}
// end::balances[]
// spotless:on
