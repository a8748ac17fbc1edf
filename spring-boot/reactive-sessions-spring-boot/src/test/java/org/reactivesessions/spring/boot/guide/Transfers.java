package org.reactivesessions.spring.boot.guide;

import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

// spotless:off
// tag::transfers[]
@RestController
public class Transfers {

    private final DatabaseClient client;

    Transfers(DatabaseClient client) {
        this.client = client;
    }

    @Transactional
    @PostMapping("/transfers/{from}/{to}/{amount}")
    public Mono<Long> transfer(
            @PathVariable("from") long from, @PathVariable("to") long to, @PathVariable("amount") long amount) {
        return change(from, -amount).then(change(to, amount));
    }

    private Mono<Long> change(long id, long by) {
        return client.sql("UPDATE account SET balance = balance + :by WHERE id = :id")
            .bind("by", by)
            .bind("id", id)
            .fetch()
            .rowsUpdated();
    }
}
// end::transfers[]
// spotless:on
