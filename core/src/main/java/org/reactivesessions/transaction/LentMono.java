package org.reactivesessions.transaction;

import io.r2dbc.spi.Connection;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;

/**
 * A connection of the pool that its subscriber owns from the moment it is emitted, until it is closed. A scope lives around
 * it all the time; a cancel before the emission ends that scope, and one after it means nothing. Thread-safe.
 */
final class LentMono<S> extends Mono<Connection> {

    private static final Logger log = LoggerFactory.getLogger("org.reactivesessions.transaction");

    private final Transactions<S> home;
    private final @Nullable Throwable assembly;

    /** @param assembly the stack in which it was asked for, {@code null} if that is not kept */
    LentMono(Transactions<S> home, @Nullable Throwable assembly) {
        this.home = home;
        this.assembly = assembly;
    }

    @Override
    public void subscribe(CoreSubscriber<? super Connection> actual) {
        actual.onSubscribe(new Loan<>(home, actual, assembly));
    }

    private enum State {
        UNASKED,
        ASKED,
        HANDED_OVER,
        OVER
    }

    /** The subscription of the owner-to-be. */
    private static final class Loan<S> implements Subscription {

        private final Transactions<S> home;
        private final CoreSubscriber<? super Connection> actual;
        private final @Nullable Throwable assembly;
        private final AtomicReference<State> state = new AtomicReference<>(State.UNASKED);
        private final Sinks.Empty<Void> returned = Sinks.empty();
        private final Sinks.Empty<Void> ended = Sinks.empty();
        private final ScopeSubscriber scope = new ScopeSubscriber();

        Loan(Transactions<S> home, CoreSubscriber<? super Connection> actual, @Nullable Throwable assembly) {
            this.home = home;
            this.actual = actual;
            this.assembly = assembly;
        }

        @Override
        public void request(long n) {
            if (Operators.validate(n) && state.compareAndSet(State.UNASKED, State.ASKED)) {
                home.lease(this::handOver, assembly).subscribe(scope);
            }
        }

        @Override
        public void cancel() {
            if (state.compareAndSet(State.UNASKED, State.OVER)) {
                return;
            }
            if (state.compareAndSet(State.ASKED, State.OVER)) {
                scope.cancel();
            }
        }

        /** The function of the scope: it ends when the owner returns the connection. */
        private Mono<Void> handOver(Scope<S> around) {
            if (state.compareAndSet(State.ASKED, State.HANDED_OVER)) {
                actual.onNext(new OwnedConnection(around.held(), around.connection(), takeBack()));
                actual.onComplete();
                return returned.asMono();
            }
            return Mono.empty();
        }

        /** The owner is done; completes when the connection is fit for the next one, or destroyed. */
        private Mono<Void> takeBack() {
            return Mono.defer(() -> {
                returned.tryEmitEmpty();
                return ended.asMono();
            });
        }

        /** Hears how the scope around the connection ends. */
        private final class ScopeSubscriber extends BaseSubscriber<Void> {

            @Override
            protected void hookOnComplete() {
                ended.tryEmitEmpty();
            }

            @Override
            protected void hookOnError(Throwable error) {
                if (state.compareAndSet(State.ASKED, State.OVER)) {
                    actual.onError(error);
                } else {
                    log.debug("A connection that was handed out ended with an error; it is not used again", error);
                    ended.tryEmitEmpty();
                }
            }

            @Override
            public Context currentContext() {
                return actual.currentContext();
            }
        }
    }
}
