package org.reactivesessions.testkit.rollback;

import io.r2dbc.spi.Result;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

/**
 * A statement outside a transaction, which has a savepoint of its own, so that its failure costs the test nothing else. It has ended
 * when its results were read or given up. Thread-safe.
 */
final class Alone {

    private final Piece piece;
    private final AtomicInteger parts = new AtomicInteger();
    private volatile boolean failed;

    Alone(Piece piece) {
        this.piece = piece;
    }

    /** The results, after this statement's turn has come. */
    Flux<Result> results(Mono<Void> before, Supplier<? extends Publisher<? extends Result>> execute) {
        Flux<Result> results = before.then(piece.begin())
                .thenMany(Flux.defer(() -> Flux.<Result>from(execute.get())))
                .map(result -> new AloneResult(result, new Part()));
        return new Part().watch(results);
    }

    /** Ends it, whatever is left to be read. */
    Mono<Void> end() {
        return Mono.defer(() -> failed ? piece.undo() : piece.commit());
    }

    /** Something that is read: the results, or what is in one of them. */
    final class Part {

        private final AtomicBoolean over = new AtomicBoolean();

        Part() {
            parts.incrementAndGet();
        }

        /** Whoever comes last ends the statement, before he hears of the end himself. */
        <T> Flux<T> watch(Publisher<? extends T> read) {
            return Flux.<T>from(read)
                    .doFinally(signal -> {
                        if (signal == SignalType.CANCEL) {
                            over().onErrorComplete().subscribe(); // detached: nobody is left to hear of it
                        }
                    })
                    .onErrorResume(error -> {
                        failed = true;
                        return over().onErrorComplete().then(Mono.error(error));
                    })
                    .concatWith(Mono.defer(() -> over().then(Mono.empty())));
        }

        private Mono<Void> over() {
            return over.compareAndSet(false, true) && parts.decrementAndGet() == 0 ? end() : Mono.empty();
        }
    }
}
