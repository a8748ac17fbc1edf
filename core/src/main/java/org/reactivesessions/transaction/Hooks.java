package org.reactivesessions.transaction;

import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What was registered to be done around the end of a transaction, in the order of registration. Thread-safe. */
final class Hooks {

    // Immutable, because most transactions have none; guarded by this.
    private List<Supplier<? extends Publisher<?>>> beforeCommit = List.of();
    private List<Supplier<? extends Publisher<?>>> afterCommit = List.of();
    private List<Supplier<? extends Publisher<?>>> afterRollback = List.of();

    synchronized void beforeCommit(Supplier<? extends Publisher<?>> hook) {
        beforeCommit = joined(beforeCommit, List.of(Objects.requireNonNull(hook, "hook must not be null")));
    }

    synchronized void afterCommit(Supplier<? extends Publisher<?>> hook) {
        afterCommit = joined(afterCommit, List.of(Objects.requireNonNull(hook, "hook must not be null")));
    }

    synchronized void afterRollback(Supplier<? extends Publisher<?>> hook) {
        afterRollback = joined(afterRollback, List.of(Objects.requireNonNull(hook, "hook must not be null")));
    }

    synchronized void adopt(Hooks inner) {
        synchronized (inner) { // always from the outer one inwards, so that no two can wait for each other
            beforeCommit = joined(beforeCommit, inner.beforeCommit);
            afterCommit = joined(afterCommit, inner.afterCommit);
            afterRollback = joined(afterRollback, inner.afterRollback);
        }
    }

    /** Whether something is to be done once the outcome is known. */
    synchronized boolean hasAfterwards() {
        return !afterCommit.isEmpty() || !afterRollback.isEmpty();
    }

    /** What is left to do before COMMIT, one after the other up to the first error; {@code null} if nothing is. */
    synchronized @Nullable Mono<Void> takeBeforeCommit() {
        List<Supplier<? extends Publisher<?>>> taken = beforeCommit;
        beforeCommit = List.of();
        return taken.isEmpty() ? null : Flux.concat(deferred(taken)).then();
    }

    /** What is to be done after COMMIT, all of it whatever fails; {@code null} if nothing is. */
    synchronized @Nullable Mono<Void> takeAfterCommit() {
        List<Supplier<? extends Publisher<?>>> taken = afterCommit;
        afterCommit = List.of();
        return whateverFails(taken);
    }

    /** What is to be done after ROLLBACK, all of it whatever fails; {@code null} if nothing is. */
    synchronized @Nullable Mono<Void> takeAfterRollback() {
        List<Supplier<? extends Publisher<?>>> taken = afterRollback;
        afterRollback = List.of();
        return whateverFails(taken);
    }

    private static @Nullable Mono<Void> whateverFails(List<Supplier<? extends Publisher<?>>> hooks) {
        return hooks.isEmpty()
                ? null
                : Flux.concatDelayError(Flux.fromIterable(deferred(hooks))).then();
    }

    private static List<Supplier<? extends Publisher<?>>> joined(
            List<Supplier<? extends Publisher<?>>> first, List<Supplier<? extends Publisher<?>>> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    private static List<Mono<Void>> deferred(List<Supplier<? extends Publisher<?>>> hooks) {
        return hooks.stream()
                .map(hook -> Flux.defer(
                                () -> Objects.requireNonNull(hook.get(), "a hook returned null; return Mono.empty()"))
                        .then())
                .toList();
    }
}
