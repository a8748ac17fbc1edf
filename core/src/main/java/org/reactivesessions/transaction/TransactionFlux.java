package org.reactivesessions.transaction;

import java.util.function.Consumer;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

/** A flux that gives every subscriber a life of its own. Thread-safe. */
final class TransactionFlux<T> extends Flux<T> {

    private final Consumer<CoreSubscriber<? super T>> life;

    private TransactionFlux(Consumer<CoreSubscriber<? super T>> life) {
        this.life = life;
    }

    static <T> Flux<T> of(Consumer<CoreSubscriber<? super T>> life) {
        return onAssembly(new TransactionFlux<>(life));
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        life.accept(actual);
    }
}
