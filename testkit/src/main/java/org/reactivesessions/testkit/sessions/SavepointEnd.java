package org.reactivesessions.testkit.sessions;

import java.util.function.Function;
import org.reactivesessions.Session;
import org.reactivesessions.error.TransactionTimeoutException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

/** How a scope in the transaction of a test ends: kept or undone, each once, also behind the back of a subscriber that has left. Thread-safe. */
final class SavepointEnd {

    private final HeldTransaction held;
    private final TestHooks hooks;
    private final Runnable over;
    private volatile boolean begun;
    private volatile boolean undone;

    SavepointEnd(HeldTransaction held, TestHooks hooks, Runnable over) {
        this.held = held;
        this.hooks = hooks;
        this.over = over;
    }

    /** Work that tells whether it was begun, and whether it was undone although nobody listens any more. */
    <T> Function<Session, Flux<T>> noticing(Function<Session, Flux<T>> work) {
        return session -> {
            begun = true;
            session.afterRollback(() -> Mono.fromRunnable(() -> undone = true));
            return work.apply(session);
        };
    }

    /**
     * Ends it.
     *
     * @param run the scope
     * @param kept what is done when it was kept
     */
    <R> Flux<R> of(Flux<R> run, Mono<Void> kept) {
        return run.doFinally(
                        signal -> { // after the cancel has gone on, so that it is waited for what it leaves behind
                            if (signal == SignalType.CANCEL) {
                                held.detach(held.settled().then(Mono.defer(() -> left(kept))));
                            }
                        })
                .onErrorResume(error -> failed(error))
                .concatWith(Mono.defer(() -> {
                            over.run();
                            return kept;
                        })
                        .cache()
                        .then(Mono.empty()));
    }

    /** The subscriber has left; the savepoint was undone, or it was too late for that. */
    private Mono<Void> left(Mono<Void> kept) {
        over.run();
        return begun && !undone ? kept : hooks.runAfterRollback();
    }

    /** Who hears of a time limit hears at once. */
    private <R> Flux<R> failed(Throwable error) {
        Mono<Void> cleanUp = held.settled()
                .then(Mono.fromRunnable(over))
                .then(hooks.runAfterRollback())
                .onErrorResume(failure -> Mono.fromRunnable(() -> error.addSuppressed(failure)));
        if (error instanceof TransactionTimeoutException) {
            held.detach(cleanUp);
            return Flux.error(error);
        }
        return cleanUp.cache().thenMany(Flux.error(error));
    }
}
