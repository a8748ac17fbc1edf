package org.reactivesessions.spring.cancelrun;

import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.annotation.Transactional;
import reactor.core.publisher.Mono;

/** A service as applications have them: it knows of Spring only. */
class Transfers {

    private final DatabaseClient client;

    Transfers(DatabaseClient client) {
        this.client = client;
    }

    /** Two rows, or none. */
    @Transactional
    public Mono<Long> both(int transaction) {
        return row(transaction, 1).then(row(transaction, 2));
    }

    private Mono<Long> row(int transaction, int part) {
        return client.sql("INSERT INTO part (transaction, part) VALUES ($1, $2)")
                .bind(0, transaction)
                .bind(1, part)
                .fetch()
                .rowsUpdated();
    }
}
