package org.reactivesessions.transaction;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * The subscription to the function's publisher. Demand that comes before it exists is kept for it; a cancel reaches it also
 * while it answers that demand, which a source that never pauses does for ever. Thread-safe.
 */
final class FunctionSubscription<T> implements CoreSubscriber<T>, Subscription {

    /** Whose function it is. */
    interface Owner {

        /** Whether the function's signals still count. */
        boolean isActive();

        /** The function has completed. */
        void completed();

        /** The function has failed. */
        default void failedByItself(Throwable error) {
            end(error);
        }

        /** The subscriber threw. */
        void end(@Nullable Throwable why);
    }

    @SuppressWarnings("rawtypes")
    private static final AtomicReferenceFieldUpdater<FunctionSubscription, Subscription> UPSTREAM =
            AtomicReferenceFieldUpdater.newUpdater(FunctionSubscription.class, Subscription.class, "upstream");

    @SuppressWarnings("rawtypes")
    private static final AtomicLongFieldUpdater<FunctionSubscription> DEMAND =
            AtomicLongFieldUpdater.newUpdater(FunctionSubscription.class, "demand");

    private final Owner owner;
    private final Outlet<T> outlet;
    private volatile @Nullable Subscription upstream;

    @SuppressWarnings("UnusedVariable") // DEMAND reads it
    private volatile long demand;

    /** Set before the function's publisher is subscribed, and not after. */
    private Context context;

    FunctionSubscription(Owner owner, Outlet<T> outlet, Context context) {
        this.owner = owner;
        this.outlet = outlet;
        this.context = context;
    }

    /** Calls the function and subscribes to its publisher, whose Context is the given one. What it throws passes through. */
    <S> void start(
            String name,
            Function<? super S, ? extends @Nullable Publisher<? extends T>> function,
            S session,
            Context inside) {
        context = inside;
        Publisher<? extends T> result = function.apply(session);
        requireNonNull(
                        result,
                        () -> name + ": the function returned null; return a publisher, Mono.empty() for no value")
                .subscribe(this);
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        if (UPSTREAM.compareAndSet(this, null, subscription)) {
            Operators.addCap(DEMAND, this, outlet.initialDemand());
            passDemand();
        } else {
            subscription.cancel();
        }
    }

    @Override
    public void request(long n) {
        Operators.addCap(DEMAND, this, n);
        passDemand();
    }

    private void passDemand() {
        Subscription source = upstream;
        long pending = source == null ? 0 : DEMAND.getAndSet(this, 0);
        if (source != null && pending > 0) {
            source.request(pending);
        }
    }

    @Override
    public void cancel() {
        Subscription source = UPSTREAM.getAndSet(this, Operators.cancelledSubscription());
        if (source != null) {
            source.cancel();
        }
    }

    @Override
    public void onNext(T element) {
        if (!owner.isActive()) {
            Operators.onDiscard(element, context);
            return;
        }
        try {
            outlet.next(element);
        } catch (Throwable thrown) {
            owner.end(thrown);
        }
    }

    @Override
    public void onError(Throwable error) {
        owner.failedByItself(error);
    }

    @Override
    public void onComplete() {
        owner.completed();
    }

    @Override
    public Context currentContext() {
        return context;
    }
}
