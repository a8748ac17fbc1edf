package org.reactivesessions.testkit.sessions;

import io.r2dbc.spi.R2dbcException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.testkit.rollback.RollbackOptions;
import org.reactivesessions.testkit.rollback.Turn;
import org.reactivesessions.testkit.rollback.Turns;
import org.reactivesessions.transaction.TransactionOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** The transaction of a test, which is held open between the test's signals until it is given up. Thread-safe. */
final class HeldTransaction {

    private static final Logger log = LoggerFactory.getLogger(HeldTransaction.class);

    private static final String NAME = "rollback per test";

    private final ReactiveSessions sessions;
    private final Session session;
    private final ContextView context;
    private final Disposable subscription;
    private final Turns turns = new Turns();
    private final Set<Mono<Void>> cleaningUp = ConcurrentHashMap.newKeySet();
    private final Mono<Void> end;
    private volatile boolean over;

    private HeldTransaction(
            ReactiveSessions sessions,
            RollbackOptions options,
            Session session,
            ContextView context,
            Disposable subscription) {
        this.sessions = sessions;
        this.session = session;
        this.context = context;
        this.subscription = subscription;
        this.end = Mono.defer(this::checkConstraints)
                .timeout(options.endWithin(), Mono.empty())
                .onErrorResume(found -> giveUp().then(Mono.error(found)))
                .then(Mono.defer(this::giveUp))
                .contextWrite(ignored -> Context.empty())
                .cache();
    }

    static Mono<HeldTransaction> begin(ReactiveSessions sessions, RollbackOptions options) {
        return Mono.defer(() -> {
            Sinks.One<HeldTransaction> begun = Sinks.one();
            Disposable.Swap subscription = Disposables.swap();
            subscription.update(sessions.<Void>withTransaction(
                            TransactionOptions.defaults().named(NAME).isolation(options.isolation()),
                            session -> Mono.deferContextual(context -> {
                                begun.tryEmitValue(
                                        new HeldTransaction(sessions, options, session, context, subscription));
                                return Mono.never();
                            }))
                    .subscribe(
                            nothing -> {}, begun::tryEmitError)); // who begins it hears of it, whoever uses it as well
            return begun.asMono().doOnCancel(subscription::dispose);
        });
    }

    /** The turn of something that is a transaction for the code under test. */
    Turn turn(String who) {
        return turns.turn(who, new Throwable("subscribed here"));
    }

    /** Where a scope finds the transaction of the test; merged into the Context of whoever subscribes. */
    Context with(Context subscriber) {
        return subscriber.putAll(context);
    }

    void requireOpen() {
        if (over) {
            throw new IllegalStateException(
                    "the test is over, and so is its transaction; nothing was sent. Wait in the test for what it has begun.");
        }
    }

    /** Completes when the sessions below have cleaned up what was given up. */
    Mono<Void> settled() {
        return sessions.quiesced();
    }

    /** Goes on with a clean-up behind the subscriber's back. */
    void detach(Mono<Void> cleanUp) {
        Mono<Void> cached = cleanUp.cache();
        cleaningUp.add(cached);
        cached.doFinally(signal -> cleaningUp.remove(cached))
                .subscribe(
                        nothing -> {},
                        error -> log.warn("A hook after a cancelled transaction of a test failed", error));
    }

    /** Completes when nothing is cleaned up any more. */
    Mono<Void> quiesced() {
        return sessions.quiesced()
                .then(Flux.defer(() -> Flux.fromIterable(cleaningUp))
                        .concatMap(cleanUp -> cleanUp.onErrorComplete())
                        .then());
    }

    Mono<Void> end() {
        return end;
    }

    private Mono<Void> checkConstraints() {
        over = true;
        return quiesced()
                .then(Mono.defer(
                        () -> session.sql("SET CONSTRAINTS ALL IMMEDIATE").execute()))
                .onErrorResume(error -> isViolation(error)
                        ? Mono.error(new AssertionError(
                                "at its end, the test violates a deferred constraint: " + error.getMessage(), error))
                        : Mono.empty()); // somebody is still inside, or it has failed before: it is rolled back anyway
    }

    private static boolean isViolation(Throwable error) {
        String state = error instanceof R2dbcException refused ? refused.getSqlState() : null;
        return state != null && state.startsWith("23");
    }

    private Mono<Void> giveUp() {
        return Mono.fromRunnable(subscription::dispose).then(sessions.quiesced());
    }
}
