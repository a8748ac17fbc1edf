package org.reactivesessions.transaction;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** The subscription to hooks, whose end is told once. Thread-safe. */
final class HookSubscription extends Operators.DeferredSubscription implements CoreSubscriber<Void> {

    private final Context context;
    private final Consumer<@Nullable Throwable> end;

    private HookSubscription(Context context, Consumer<@Nullable Throwable> end) {
        this.context = context;
        this.end = end;
    }

    /** Runs hooks; the consumer hears their error, or {@code null}, unless they are cancelled before. */
    static HookSubscription run(Mono<Void> hooks, Context context, Consumer<@Nullable Throwable> end) {
        HookSubscription subscription = new HookSubscription(context, end);
        hooks.subscribe(subscription);
        return subscription;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        if (set(subscription)) {
            subscription.request(Long.MAX_VALUE);
        }
    }

    @Override
    public void onNext(Void nothing) {
        // Hooks have no elements.
    }

    @Override
    public void onError(Throwable error) {
        end.accept(error);
    }

    @Override
    public void onComplete() {
        end.accept(null);
    }

    @Override
    public Context currentContext() {
        return context;
    }
}
