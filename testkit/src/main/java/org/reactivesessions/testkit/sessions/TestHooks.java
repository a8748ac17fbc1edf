package org.reactivesessions.testkit.sessions;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What was registered around the end of something that is a transaction for the code under test. Thread-safe. */
final class TestHooks {

    private final List<Supplier<? extends Publisher<?>>> beforeCommit =
            new ArrayList<>(); // guarded by this, like the others
    private final List<Supplier<? extends Publisher<?>>> afterCommit = new ArrayList<>();
    private final List<Supplier<? extends Publisher<?>>> afterRollback = new ArrayList<>();

    synchronized void beforeCommit(Supplier<? extends Publisher<?>> hook) {
        beforeCommit.add(Objects.requireNonNull(hook, "hook must not be null"));
    }

    synchronized void afterCommit(Supplier<? extends Publisher<?>> hook) {
        afterCommit.add(Objects.requireNonNull(hook, "hook must not be null"));
    }

    synchronized void afterRollback(Supplier<? extends Publisher<?>> hook) {
        afterRollback.add(Objects.requireNonNull(hook, "hook must not be null"));
    }

    /** Takes over what a nested scope has registered, which is kept. */
    void adopt(TestHooks inner) {
        inner.take(inner.beforeCommit).forEach(this::beforeCommit);
        inner.take(inner.afterCommit).forEach(this::afterCommit);
        inner.take(inner.afterRollback).forEach(this::afterRollback);
    }

    /** One after the other up to the first error. */
    Mono<Void> runBeforeCommit() {
        return Flux.defer(() -> Flux.concat(deferred(take(beforeCommit)))).then();
    }

    /** All of them, whatever fails. */
    Mono<Void> runAfterCommit() {
        return Flux.defer(() -> Flux.concatDelayError(Flux.fromIterable(deferred(take(afterCommit)))))
                .then();
    }

    /** All of them, whatever fails. */
    Mono<Void> runAfterRollback() {
        return Flux.defer(() -> Flux.concatDelayError(Flux.fromIterable(deferred(take(afterRollback)))))
                .then();
    }

    /** What is taken is run once. */
    private synchronized List<Supplier<? extends Publisher<?>>> take(List<Supplier<? extends Publisher<?>>> hooks) {
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
