package org.reactivesessions.spring;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import org.reactivesessions.Session;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.AnnotationAwareOrderComparator;
import org.springframework.transaction.reactive.TransactionContext;
import org.springframework.transaction.reactive.TransactionSynchronization;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What Spring calls at the end of a transaction. With the first that is registered it becomes hooks of the session, so that a
 * transaction in which nobody wants to be called has none, and its end may overlap. Each step is taken once. Not thread-safe, as
 * Spring's set is not.
 */
final class Synchronizations extends LinkedHashSet<TransactionSynchronization> {

    private static final long serialVersionUID = 1L;

    private static final Logger log = LoggerFactory.getLogger("org.reactivesessions.spring");

    private final transient Session session;
    private final transient TransactionContext context;
    private final boolean readOnly;
    private boolean hooked;
    private volatile boolean beforeCompletionDone;
    private volatile boolean completed;

    Synchronizations(Session session, TransactionContext context, boolean readOnly) {
        this.session = session;
        this.context = context;
        this.readOnly = readOnly;
    }

    /** @throws IllegalStateException if the transaction has ended */
    @Override
    public boolean add(TransactionSynchronization synchronization) {
        if (!hooked) {
            session.beforeCommit(() -> beforeCommit(this, readOnly)
                    .then(beforeCompletion())
                    .contextWrite(subscriber -> Surroundings.into(subscriber, context)));
            session.afterCommit(() -> afterCommit(this)
                    .onErrorResume(error -> completed(TransactionSynchronization.STATUS_COMMITTED)
                            .then(Mono.error(error)))
                    .then(completed(TransactionSynchronization.STATUS_COMMITTED)));
            session.afterRollback(
                    () -> beforeCompletion().then(completed(TransactionSynchronization.STATUS_ROLLED_BACK)));
            hooked = true;
        }
        return super.add(synchronization);
    }

    /** Does nothing the second time. */
    Mono<Void> beforeCompletion() {
        return Mono.defer(() -> {
            if (beforeCompletionDone || isEmpty()) {
                return Mono.empty();
            }
            beforeCompletionDone = true;
            return beforeCompletion(this);
        });
    }

    /** Does nothing the second time. */
    Mono<Void> completed(int status) {
        return Mono.defer(() -> {
            if (completed) {
                return Mono.empty();
            }
            completed = true;
            return afterCompletion(this, status);
        });
    }

    private static List<TransactionSynchronization> sorted(Collection<TransactionSynchronization> all) {
        List<TransactionSynchronization> sorted = new ArrayList<>(all);
        AnnotationAwareOrderComparator.sort(sorted);
        return sorted;
    }

    static Mono<Void> beforeCommit(Collection<TransactionSynchronization> all, boolean readOnly) {
        return Flux.fromIterable(sorted(all))
                .concatMap(each -> each.beforeCommit(readOnly))
                .then();
    }

    /** One that fails changes nothing. */
    static Mono<Void> beforeCompletion(Collection<TransactionSynchronization> all) {
        return Flux.fromIterable(sorted(all))
                .concatMap(each -> Mono.defer(each::beforeCompletion).onErrorResume(Synchronizations::logged))
                .then();
    }

    static Mono<Void> afterCommit(Collection<TransactionSynchronization> all) {
        return Flux.fromIterable(sorted(all))
                .concatMap(TransactionSynchronization::afterCommit)
                .then();
    }

    /** One that fails changes nothing. */
    static Mono<Void> afterCompletion(Collection<TransactionSynchronization> all, int status) {
        return Flux.fromIterable(sorted(all))
                .concatMap(
                        each -> Mono.defer(() -> each.afterCompletion(status)).onErrorResume(Synchronizations::logged))
                .then();
    }

    /** The end of work that had no transaction. */
    static Mono<Void> doneWithout(Collection<TransactionSynchronization> all) {
        Mono<Void> completed = Mono.defer(() -> afterCompletion(all, TransactionSynchronization.STATUS_COMMITTED));
        return beforeCommit(all, false)
                .then(Mono.defer(() -> beforeCompletion(all)))
                .then(Mono.defer(() -> afterCommit(all)))
                .onErrorResume(error -> completed.then(Mono.error(error)))
                .then(completed);
    }

    /** The end of work that had no transaction, and failed or was cancelled. */
    static Mono<Void> failedWithout(Collection<TransactionSynchronization> all) {
        return beforeCompletion(all)
                .then(Mono.defer(() -> afterCompletion(all, TransactionSynchronization.STATUS_ROLLED_BACK)));
    }

    static Mono<Void> suspend(Collection<TransactionSynchronization> all) {
        return Flux.fromIterable(sorted(all))
                .concatMap(TransactionSynchronization::suspend)
                .then();
    }

    static Mono<Void> resume(Collection<TransactionSynchronization> all) {
        return Flux.fromIterable(sorted(all))
                .concatMap(TransactionSynchronization::resume)
                .then();
    }

    private static Mono<Void> logged(Throwable error) {
        log.error(
                "A transaction synchronization failed at the end of its transaction; that has ended as it was to",
                error);
        return Mono.empty();
    }

    // What it does is not a matter of what is in it.
    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
