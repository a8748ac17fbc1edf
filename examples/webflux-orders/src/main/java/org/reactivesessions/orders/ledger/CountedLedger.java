package org.reactivesessions.orders.ledger;

import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A ledger that counts what its callers hear of their transfers, which is all that is known of them where nobody counts outcomes.
 * Thread-safe.
 */
public final class CountedLedger implements Ledger {

    private final Ledger ledger;
    private final AtomicLong succeeded = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong left = new AtomicLong();

    CountedLedger(Ledger ledger) {
        this.ledger = ledger;
    }

    @Override
    public Mono<Account> account(long id) {
        return ledger.account(id);
    }

    @Override
    public Flux<Account> accounts() {
        return ledger.accounts();
    }

    @Override
    public Mono<Order> transfer(Transfer transfer) {
        return ledger.transfer(transfer)
                .doOnSuccess(order -> succeeded.incrementAndGet())
                .doOnError(error -> failed.incrementAndGet())
                .doOnCancel(left::incrementAndGet);
    }

    /**
     * Transfers that succeeded.
     *
     * @return how many, since the start
     */
    public long succeeded() {
        return succeeded.get();
    }

    /**
     * Transfers that failed.
     *
     * @return how many, since the start
     */
    public long failed() {
        return failed.get();
    }

    /**
     * Transfers whose caller left.
     *
     * @return how many, since the start
     */
    public long left() {
        return left.get();
    }
}
