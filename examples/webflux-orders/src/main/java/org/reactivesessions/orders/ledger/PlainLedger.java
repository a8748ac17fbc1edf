package org.reactivesessions.orders.ledger;

import io.r2dbc.spi.Readable;
import java.util.Objects;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionSynchronization;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The same ledger on Spring's own transactions. Thread-safe. */
final class PlainLedger implements Ledger {

    private final DatabaseClient client;
    private final TransactionalOperator transaction;
    private final TransactionalOperator reading;
    private final OrderFeed feed;

    PlainLedger(
            DatabaseClient client, TransactionalOperator transaction, TransactionalOperator reading, OrderFeed feed) {
        this.client = client;
        this.transaction = transaction;
        this.reading = reading;
        this.feed = feed;
    }

    @Override
    public Mono<Account> account(long id) {
        return found(id).as(reading::transactional);
    }

    @Override
    public Flux<Account> accounts() {
        return client.sql(LedgerSql.ACCOUNTS).map(PlainLedger::read).all().as(reading::transactional);
    }

    @Override
    public Mono<Order> transfer(Transfer wish) {
        return Mono.fromSupplier(() -> Order.of(wish))
                .flatMap(order -> TransactionSynchronizationManager.forCurrentTransaction()
                        .doOnNext(current -> current.registerSynchronization(new Telling(order)))
                        .thenMany(Flux.fromIterable(order.entries()))
                        .concatMap(this::book)
                        .then(Mono.just(order)))
                .as(transaction::transactional);
    }

    private Mono<Void> book(Order.Entry entry) {
        return client.sql(LedgerSql.BOOK)
                .bind(0, entry.order())
                .bind(1, entry.account())
                .bind(2, entry.amount())
                .fetch()
                .rowsUpdated()
                .flatMap(rows -> rows == 1 ? Mono.empty() : refusal(entry));
    }

    private Mono<Void> refusal(Order.Entry entry) {
        return found(entry.account())
                .flatMap(account -> Mono.error(new OverdraftException(account.id(), -entry.amount())));
    }

    private Mono<Account> found(long id) {
        return client.sql(LedgerSql.ACCOUNT)
                .bind(0, id)
                .map(PlainLedger::read)
                .one()
                .switchIfEmpty(Mono.error(() -> new UnknownAccountException(id)));
    }

    private static Account read(Readable row) {
        return new Account(
                Objects.requireNonNull(row.get(0, Long.class)), Objects.requireNonNull(row.get(1, Long.class)));
    }

    /** Tells the feed of an order when it is durable. */
    private final class Telling implements TransactionSynchronization {

        private final Order order;

        Telling(Order order) {
            this.order = order;
        }

        @Override
        public Mono<Void> afterCommit() {
            return Mono.fromRunnable(() -> feed.committed(order));
        }
    }
}
