package org.reactivesessions.spring.boot.webflux;

import java.time.Duration;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.transaction.TransactionOptions;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** A controller with a transaction of its own. */
@RestController
class Report {

    private static final TransactionOptions REPORT =
            TransactionOptions.defaults().named("report").timeout(Duration.ofSeconds(1));

    private final ReactiveSessions sessions;

    Report(ReactiveSessions sessions) {
        this.sessions = sessions;
    }

    @GetMapping("/report")
    Mono<Long> report() {
        return sessions.withTransaction(
                REPORT,
                session -> session.sql("SELECT sum(pieces)::bigint FROM stock").one(row -> row.get(0, Long.class)));
    }
}
