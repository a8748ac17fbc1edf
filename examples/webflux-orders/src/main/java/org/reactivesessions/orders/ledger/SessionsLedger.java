package org.reactivesessions.orders.ledger;

import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.Objects;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.transaction.TransactionOptions;
import org.reactivesessions.transaction.TransactionRetry;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The ledger on sessions. Thread-safe. */
final class SessionsLedger implements Ledger {

    private static final TransactionOptions READ =
            TransactionOptions.defaults().named("accounts").readOnly().timeout(Duration.ofSeconds(5));

    private static final TransactionOptions TRANSFER = TransactionOptions.defaults()
            .named("transfer")
            .retry(TransactionRetry.defaults())
            .timeout(Duration.ofSeconds(5));

    private final ReactiveSessions sessions;
    private final OrderFeed feed;
    private final TransactionOptions transfer;

    /** @param verified whether a COMMIT that was not answered is looked up */
    SessionsLedger(ReactiveSessions sessions, OrderFeed feed, boolean verified) {
        this.sessions = sessions;
        this.feed = feed;
        this.transfer = verified ? TRANSFER.verified() : TRANSFER;
    }

    @Override
    public Mono<Account> account(long id) {
        return sessions.withTransaction(
                READ,
                session -> session.sql(LedgerSql.ACCOUNT, id)
                        .one(SessionsLedger::read)
                        .switchIfEmpty(Mono.error(() -> new UnknownAccountException(id))));
    }

    @Override
    public Flux<Account> accounts() {
        return sessions.withTransactionMany(
                READ, session -> session.sql(LedgerSql.ACCOUNTS).all(SessionsLedger::read));
    }

    @Override
    public Mono<Order> transfer(Transfer wish) {
        return sessions.withTransaction(transfer, session -> {
            Order order = Order.of(wish);
            session.afterCommit(() -> Mono.fromRunnable(() -> feed.committed(order)));
            return Flux.fromIterable(order.entries())
                    .concatMap(entry -> book(session, entry))
                    .then(Mono.just(order));
        });
    }

    private static Mono<Void> book(Session session, Order.Entry entry) {
        return session.sql(LedgerSql.BOOK, entry.order(), entry.account(), entry.amount())
                .rowsUpdated()
                .flatMap(rows -> rows == 1 ? Mono.empty() : refusal(session, entry));
    }

    private static Mono<Void> refusal(Session session, Order.Entry entry) {
        return session.sql(LedgerSql.ACCOUNT, entry.account())
                .one(SessionsLedger::read)
                .switchIfEmpty(Mono.error(() -> new UnknownAccountException(entry.account())))
                .flatMap(account -> Mono.error(new OverdraftException(account.id(), -entry.amount())));
    }

    private static Account read(Readable row) {
        return new Account(
                Objects.requireNonNull(row.get(0, Long.class)), Objects.requireNonNull(row.get(1, Long.class)));
    }
}
