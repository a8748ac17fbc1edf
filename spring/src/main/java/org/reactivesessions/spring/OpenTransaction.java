package org.reactivesessions.spring;

import java.util.concurrent.atomic.AtomicBoolean;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** A transaction whose function waits for somebody to say how it shall end. Thread-safe. */
final class OpenTransaction {

    private final Sinks.Empty<Void> decision = Sinks.empty();
    private final Sinks.Empty<Void> ended = Sinks.empty();

    /**
     * Begins it. A cancel before it has begun leaves nothing behind.
     *
     * @param around what it is subscribed in
     */
    Mono<SessionHolder> begin(ReactiveSessions sessions, TransactionOptions options, Context around) {
        return Mono.create(opened -> opened.onCancel(start(sessions, options, around, opened)));
    }

    private Disposable start(
            ReactiveSessions sessions, TransactionOptions options, Context around, MonoSink<SessionHolder> opened) {
        AtomicBoolean begun = new AtomicBoolean();
        return sessions.withTransaction(
                        options,
                        session -> Mono.deferContextual(inside -> {
                            begun.set(true);
                            opened.success(holder(session, around, inside));
                            return decision.asMono();
                        }))
                .contextWrite(subscriber -> subscriber.putAll(around.readOnly()))
                .subscribe(
                        nothing -> {},
                        error -> {
                            ended.tryEmitError(error);
                            if (!begun.get()) {
                                opened.error(error);
                            }
                        },
                        ended::tryEmitEmpty);
    }

    private static SessionHolder holder(Session session, ContextView around, ContextView inside) {
        return new SessionHolder(session, around, inside);
    }

    /** Lets it commit, and tells how that ended. */
    Mono<Void> commit() {
        return Mono.defer(() -> {
            decision.tryEmitEmpty();
            return ended.asMono();
        });
    }

    /** Rolls it back. */
    Mono<Void> rollBack() {
        return Mono.defer(() -> {
            RollbackAskedException asked = new RollbackAskedException();
            decision.tryEmitError(asked);
            return ended.asMono().onErrorResume(error -> error == asked, error -> Mono.empty());
        });
    }

    /** Whoever asked for it has gone, perhaps without having heard that it has begun: nobody else will end it. */
    void abandon() {
        decision.tryEmitError(new RollbackAskedException());
    }
}
