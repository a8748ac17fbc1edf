package org.reactivesessions.transaction;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What was registered to be done around the end of a transaction, in the order of registration. Thread-safe. */
final class Hooks {

    private final List<Supplier<? extends Publisher<?>>> beforeCommit = new ArrayList<>(0);
    private final List<Supplier<? extends Publisher<?>>> afterCommit = new ArrayList<>(0);
    private final List<Supplier<? extends Publisher<?>>> afterRollback = new ArrayList<>(0);

    synchronized void beforeCommit(Supplier<? extends Publisher<?>> hook) {
        beforeCommit.add(Objects.requireNonNull(hook, "hook must not be null"));
    }

    synchronized void afterCommit(Supplier<? extends Publisher<?>> hook) {
        afterCommit.add(Objects.requireNonNull(hook, "hook must not be null"));
    }

    synchronized void afterRollback(Supplier<? extends Publisher<?>> hook) {
        afterRollback.add(Objects.requireNonNull(hook, "hook must not be null"));
    }

    synchronized void adopt(Hooks inner) {
        synchronized (inner) { // always from the outer one inwards, so that no two can wait for each other
            beforeCommit.addAll(inner.beforeCommit);
            afterCommit.addAll(inner.afterCommit);
            afterRollback.addAll(inner.afterRollback);
        }
    }

    /** Whether something is to be done once the outcome is known. */
    synchronized boolean hasAfterwards() {
        return !afterCommit.isEmpty() || !afterRollback.isEmpty();
    }

    /** What is left to do before COMMIT, one after the other up to the first error; {@code null} if nothing is. */
    synchronized @Nullable Mono<Void> takeBeforeCommit() {
        List<Supplier<? extends Publisher<?>>> taken = take(beforeCommit);
        return taken == null ? null : Flux.concat(deferred(taken)).then();
    }

    /** What is to be done after COMMIT, all of it whatever fails; {@code null} if nothing is. */
    synchronized @Nullable Mono<Void> takeAfterCommit() {
        List<Supplier<? extends Publisher<?>>> taken = take(afterCommit);
        return taken == null
                ? null
                : Flux.concatDelayError(Flux.fromIterable(deferred(taken))).then();
    }

    /** What is to be done after ROLLBACK, all of it whatever fails; {@code null} if nothing is. */
    synchronized @Nullable Mono<Void> takeAfterRollback() {
        List<Supplier<? extends Publisher<?>>> taken = take(afterRollback);
        return taken == null
                ? null
                : Flux.concatDelayError(Flux.fromIterable(deferred(taken))).then();
    }

    private static @Nullable List<Supplier<? extends Publisher<?>>> take(List<Supplier<? extends Publisher<?>>> hooks) {
        if (hooks.isEmpty()) {
            return null;
        }
        List<Supplier<? extends Publisher<?>>> taken = List.copyOf(hooks);
        hooks.clear();
        return taken;
    }

    private static List<Mono<Void>> deferred(List<Supplier<? extends Publisher<?>>> hooks) {
        return hooks.stream()
                .map(hook -> Flux.defer(
                                () -> Objects.requireNonNull(hook.get(), "a hook returned null; return Mono.empty()"))
                        .then())
                .toList();
    }
}
