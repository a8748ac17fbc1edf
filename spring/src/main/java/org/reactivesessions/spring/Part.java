package org.reactivesessions.spring;

import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.TransactionTimeoutException;
import org.reactivesessions.spring.TransactionalWork.Attempted;
import org.reactivestreams.Publisher;
import org.springframework.r2dbc.connection.ConnectionHolder;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.ReactiveTransaction;
import org.springframework.transaction.reactive.TransactionContext;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * One subscription of transactional work: what its code said, and how that becomes the end its caller hears of. Goes with the
 * signals.
 */
final class Part {

    private final TransactionalWork work;
    private final Surroundings around;
    private final Predicate<Attempted> undoing;
    private volatile @Nullable SessionTransaction transaction;
    private volatile @Nullable Throwable failure;
    private volatile @Nullable Throwable committed;
    private volatile @Nullable Object value;

    /** @param undoing which errors roll back */
    Part(TransactionalWork work, Surroundings around, Predicate<Attempted> undoing) {
        this.work = work;
        this.around = around;
        this.undoing = undoing;
    }

    boolean isTransactional() {
        return work.isTransactional(around);
    }

    /** What code without a transaction sees. */
    SessionTransaction none() {
        return new SessionTransaction(work.name(), false, false, work.isReadOnly(), null);
    }

    /** Inside the transaction. */
    <T> Mono<T> inside(Function<? super ReactiveTransaction, ? extends Mono<? extends T>> action) {
        return Mono.deferContextual(subscriber -> {
            SessionTransaction here = begun(subscriber);
            return Mono.<T>defer(() -> Mono.from(action.apply(here)))
                    .onErrorResume(error -> this.<T>failed(here, error, subscriber))
                    .doOnNext(element -> value = element)
                    .flatMap(element -> this.<T>completed(here, subscriber).thenReturn(element))
                    .switchIfEmpty(Mono.defer(() -> this.completed(here, subscriber)));
        });
    }

    /** Inside the transaction. */
    <T> Flux<T> insideMany(Function<? super ReactiveTransaction, ? extends Publisher<? extends T>> action) {
        return Flux.deferContextual(subscriber -> {
            SessionTransaction here = begun(subscriber);
            return Flux.<T>defer(() -> Flux.from(action.apply(here)))
                    .onErrorResume(error -> this.<T>failed(here, error, subscriber))
                    .concatWith(Mono.defer(() -> this.completed(here, subscriber)));
        });
    }

    private SessionTransaction begun(ContextView subscriber) {
        Surroundings here = Surroundings.of(subscriber, work.sessions().factory());
        ConnectionHolder holder = Objects.requireNonNull(here.holder());
        TransactionContext context = Objects.requireNonNull(here.context());
        SessionTransaction begun = new SessionTransaction(
                work.name(),
                work.begins(around),
                work.isNested(around),
                context.isCurrentTransactionReadOnly(),
                holder);
        transaction = begun;
        return begun;
    }

    /** An error that rolls back goes on; another one waits for COMMIT. */
    private <T> Mono<T> failed(SessionTransaction here, Throwable error, ContextView subscriber) {
        if (!undoing.test(new Attempted(error, here))) {
            committed = error;
            return Mono.empty();
        }
        failure = error;
        if (!work.begins(around)) {
            Objects.requireNonNull(around.holder()).setRollbackOnly();
            return Mono.error(error);
        }
        return beforeCompletion(subscriber).then(Mono.error(error));
    }

    /** While the connection is there. */
    private Mono<Void> beforeCompletion(ContextView subscriber) {
        TransactionContext context =
                Surroundings.of(subscriber, work.sessions().factory()).context();
        return !work.isNested(around)
                        && context != null
                        && context.getSynchronizations() instanceof Synchronizations ours
                ? ours.beforeCompletion()
                : Mono.empty();
    }

    /** The code has come to its end, and may have asked for a rollback on the way. */
    private <T> Mono<T> completed(SessionTransaction here, ContextView subscriber) {
        here.complete();
        if (!here.asksForRollback()) {
            return Mono.empty();
        }
        if (work.begins(around)) {
            return beforeCompletion(subscriber).then(Mono.error(new RollbackAskedException()));
        }
        Objects.requireNonNull(around.holder()).setRollbackOnly();
        SessionHolder ours = around.ours();
        return ours == null
                ? Mono.empty()
                : Mono.from(ours.session().connectionFactory().create())
                        .flatMap(shared -> Mono.from(shared.rollbackTransaction()))
                        .then(Mono.empty());
    }

    /** The error its caller hears after COMMIT, if there was one that does not roll back. */
    <T> Mono<T> ending() {
        return Mono.defer(() -> {
            Throwable error = committed;
            return error == null ? Mono.empty() : Mono.error(error);
        });
    }

    /** What its caller hears of an error that has ended the transaction. */
    @SuppressWarnings("unchecked") // the value is the work's
    <T> Mono<T> endedBy(Throwable error) {
        if (error == failure) {
            return Mono.error(error);
        }
        Throwable earlier = committed;
        if (error instanceof RollbackAskedException) {
            return earlier == null ? Mono.justOrEmpty((T) value) : Mono.error(earlier);
        }
        Throwable translated = translated(error);
        if (earlier != null && translated != earlier) {
            translated.addSuppressed(earlier);
        }
        return Mono.error(translated);
    }

    private Throwable translated(Throwable error) {
        if (transaction != null || error instanceof TransactionTimeoutException) {
            return EndErrors.translated(error);
        }
        String message = EndErrors.message(error);
        return error instanceof IllegalStateException && around.isTransaction()
                ? new IllegalTransactionStateException(message, error)
                : new CannotCreateTransactionException(message, error);
    }
}
