package org.reactivesessions.transaction;

import java.util.function.Consumer;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/** A mono that gives every subscriber a life of its own. Thread-safe. */
final class TransactionMono<T> extends Mono<T> {

    private final Consumer<CoreSubscriber<? super T>> life;

    private TransactionMono(Consumer<CoreSubscriber<? super T>> life) {
        this.life = life;
    }

    static <T> Mono<T> of(Consumer<CoreSubscriber<? super T>> life) {
        return onAssembly(new TransactionMono<>(life));
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        life.accept(actual);
    }
}
