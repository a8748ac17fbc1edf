package org.reactivesessions.transaction;

import org.jspecify.annotations.Nullable;
import org.reactivesessions.observation.TransactionObserver;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * The subscriber of a transaction that somebody watches, whose Context names him. As thread-safe as the subscriber.
 */
final class Observed<T> implements CoreSubscriber<T>, Scannable {

    private static final Logger log = LoggerFactory.getLogger("org.reactivesessions.transaction");
    private static final Object KEY = new Object();

    private final CoreSubscriber<? super T> actual;
    private final Context context;

    private Observed(CoreSubscriber<? super T> actual, Context context) {
        this.actual = actual;
        this.context = context;
    }

    /** The subscriber of a transaction, whose Context names who watches it, and not who watches the one around it. */
    static <T> CoreSubscriber<? super T> by(@Nullable TransactionObserver observer, CoreSubscriber<? super T> actual) {
        Context context = actual.currentContext();
        if (observer != null) {
            return new Observed<T>(actual, inside(observer, context).put(KEY, observer));
        }
        return of(context) == null ? actual : new Observed<T>(actual, context.delete(KEY));
    }

    private static Context inside(TransactionObserver observer, Context context) {
        try {
            return observer.inside(context);
        } catch (Throwable thrown) {
            log.error("The observer of a transaction failed", thrown);
            return context;
        }
    }

    /** Who watches the transaction in whose Context this is; {@code null} for nobody. */
    static @Nullable TransactionObserver of(ContextView context) {
        return context.getOrDefault(KEY, null);
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        actual.onSubscribe(subscription);
    }

    @Override
    public void onNext(T element) {
        actual.onNext(element);
    }

    @Override
    public void onError(Throwable error) {
        actual.onError(error);
    }

    @Override
    public void onComplete() {
        actual.onComplete();
    }

    @Override
    public Context currentContext() {
        return context;
    }

    @Override
    @SuppressWarnings("rawtypes")
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.ACTUAL ? actual : null;
    }
}
