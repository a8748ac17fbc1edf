package org.reactivesessions.mcp;

import java.time.Duration;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.transaction.TransactionOptions;
import org.reactivesessions.transaction.TransactionRetry;
import reactor.core.publisher.Mono;

/** Accounts that must not be overdrawn. Thread-safe. */
final class Accounts {

    private static final TransactionOptions TRANSFER = TransactionOptions.defaults()
            .named("transfer")
            .timeout(Duration.ofSeconds(20))
            .retry(TransactionRetry.defaults());

    private final ReactiveSessions sessions;

    Accounts(ReactiveSessions sessions) {
        this.sessions = sessions;
    }

    /** Makes the table and two accounts, where there are none. */
    Mono<Void> create() {
        return sessions.withTransaction(session -> session.sql(
                                "CREATE TABLE IF NOT EXISTS tool_account (id bigint PRIMARY KEY,"
                                        + " balance bigint NOT NULL CONSTRAINT not_overdrawn CHECK (balance >= 0))")
                        .rowsUpdated()
                        .then(session.sql("INSERT INTO tool_account VALUES (1, 100), (2, 0) ON CONFLICT DO NOTHING")
                                .rowsUpdated()))
                .then();
    }

    /** Completes when it is committed. */
    Mono<Void> transfer(long from, long to, long amount) {
        return sessions.withTransaction(
                        TRANSFER, session -> change(session, from, -amount).then(change(session, to, amount)))
                .then();
    }

    private static Mono<Long> change(Session session, long account, long by) {
        return session.sql("UPDATE tool_account SET balance = balance + $1 WHERE id = $2", by, account)
                .rowsUpdated()
                .filter(rows -> rows == 1)
                .switchIfEmpty(Mono.error(() -> new UnknownAccountException(account)));
    }
}
