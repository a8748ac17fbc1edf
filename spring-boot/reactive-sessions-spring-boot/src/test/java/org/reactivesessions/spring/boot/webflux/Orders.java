package org.reactivesessions.spring.boot.webflux;

import org.reactivesessions.ReactiveSessions;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

// spotless:off
// tag::orders[]
@RestController
class Orders {

    private final ReactiveSessions sessions;

    Orders(ReactiveSessions sessions) {
        this.sessions = sessions;
    }

    @PostMapping("/orders/{id}")
    @ResponseStatus(HttpStatus.CREATED)
    Mono<Long> order(@PathVariable("id") long id) {
        return change("INSERT INTO orders VALUES ($1)", id)
            .then(change("UPDATE stock SET pieces = pieces - $1", 1L));
    }

    private Mono<Long> change(String sql, long value) {
        return sessions.withTransaction(session -> session.sql(sql, value).rowsUpdated());
    }
}
// end::orders[]
// spotless:on
