package org.reactivesessions.quickstart;

import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Mono;

/** Transfers between accounts, as an application writes them. Thread-safe. */
final class Transfers {

    private static final TransactionOptions OPTIONS =
            TransactionOptions.defaults().named("transfer");

    private final ReactiveSessions sessions;

    Transfers(ReactiveSessions sessions) {
        this.sessions = sessions;
    }

    /** A cold mono that moves an amount, or fails with {@link UnknownAccountException} and moves nothing. */
    Mono<Long> transfer(String from, String to, long amount) {
        return sessions.withTransaction(
                OPTIONS,
                session -> session.sql("UPDATE account SET balance = balance - $1 WHERE name = $2", amount, from)
                        .rowsUpdated()
                        .flatMap(rows -> requireFound(rows, from))
                        .then(session.sql("UPDATE account SET balance = balance + $1 WHERE name = $2", amount, to)
                                .rowsUpdated())
                        .flatMap(rows -> requireFound(rows, to)));
    }

    private static Mono<Long> requireFound(long rows, String account) {
        return rows == 1 ? Mono.just(rows) : Mono.error(new UnknownAccountException(account));
    }
}
