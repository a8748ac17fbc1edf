package org.reactivesessions.wire;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.Scannable;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * One subscription behind a {@link StatementGate}. It subscribes, requests and cancels on the connection's executor, holds
 * a cancel back until its subscribe has returned (a cancel in between would leak the encoded parameters), is listed as
 * open until it ends, and reports the first error of the database.
 *
 * <p>Thread-safe as a {@link Subscription}; the fields without {@code volatile} belong to the executor.
 */
final class GatedSubscriber<T> implements CoreSubscriber<T>, Subscription, Runnable, Scannable {

    private final StatementGate gate;
    private final String what;
    private final Publisher<T> source;
    private final boolean patient;
    private final CoreSubscriber<? super T> actual;
    private final Context context;
    private volatile boolean cancelled;
    private volatile boolean ended;
    private boolean subscribing;
    private long requestedEarly;
    private @Nullable Subscription upstream;

    /** @param patient whether to wait for a nested scope that is open, instead of being refused */
    GatedSubscriber(
            StatementGate gate, String what, Publisher<T> source, boolean patient, CoreSubscriber<? super T> actual) {
        this.gate = gate;
        this.what = what;
        this.source = source;
        this.patient = patient;
        this.actual = actual;
        this.context = DriverContext.of(actual.currentContext());
    }

    void start() {
        actual.onSubscribe(this);
        gate.executor().execute(this);
    }

    String what() {
        return what;
    }

    /** Subscribes to the driver, on the executor. */
    @Override
    public void run() {
        if (cancelled || gate.mustWait(this, patient)) {
            return;
        }
        IllegalStateException refusal = gate.refusal();
        if (refusal != null) {
            ended = true;
            actual.onError(refusal);
            return;
        }
        gate.opened(this);
        if (cancelled) { // too early to find this on the list
            gate.ended(this, null);
            return;
        }
        subscribing = true;
        try {
            source.subscribe(this);
        } catch (Throwable thrown) {
            onError(thrown);
        }
        subscribing = false;
        if (cancelled) {
            cancelHere();
        }
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        if (gate.executor().isCurrent()) {
            onSubscribeHere(subscription);
        } else {
            gate.executor().execute(() -> onSubscribeHere(subscription));
        }
    }

    private void onSubscribeHere(Subscription subscription) {
        if (!Operators.validate(upstream, subscription)) {
            return;
        }
        upstream = subscription;
        if (cancelled && !subscribing) {
            cancelHere();
        } else if (requestedEarly > 0) {
            subscription.request(requestedEarly);
        }
    }

    @Override
    public void onNext(T element) {
        if (cancelled || ended) {
            Operators.onDiscard(element, actual.currentContext());
            return;
        }
        gate.delivering();
        try {
            actual.onNext(element);
        } catch (Throwable thrown) {
            crash(thrown);
        } finally {
            gate.delivered();
        }
    }

    @Override
    public void onError(Throwable error) {
        if (ended) {
            return;
        }
        ended = true;
        gate.ended(this, error);
        if (!cancelled) {
            try {
                actual.onError(error);
            } catch (Throwable thrown) {
                crash(thrown);
            }
        }
    }

    @Override
    public void onComplete() {
        if (ended) {
            return;
        }
        ended = true;
        gate.ended(this, null);
        if (!cancelled) {
            try {
                actual.onComplete();
            } catch (Throwable thrown) {
                crash(thrown);
            }
        }
    }

    @Override
    public void request(long n) {
        if (gate.executor().isCurrent()) {
            requestHere(n);
        } else {
            gate.executor().execute(() -> requestHere(n));
        }
    }

    private void requestHere(long n) {
        Subscription driver = upstream;
        if (driver != null) {
            driver.request(n);
        } else if (Operators.validate(n)) {
            requestedEarly = Operators.addCap(requestedEarly, n);
        }
    }

    @Override
    public void cancel() {
        if (cancelled || ended) {
            return;
        }
        cancelled = true;
        gate.cancelled(this);
        if (gate.executor().isCurrent()) {
            cancelHere();
        } else {
            gate.executor().execute(this::cancelHere);
        }
    }

    private void cancelHere() {
        if (subscribing || upstream == null) {
            return;
        }
        try {
            upstream.cancel();
        } catch (Throwable thrown) {
            gate.misbehaved("cancelling " + what, thrown);
        }
    }

    /** A subscriber threw out of a signal: the scope has to end, and the driver's stack must not be torn down with it. */
    private void crash(Throwable thrown) {
        cancel();
        gate.crashed(Exceptions.unwrap(thrown));
    }

    @Override
    public Context currentContext() {
        return context;
    }

    @Override
    @SuppressWarnings("rawtypes")
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.PARENT) {
            return upstream;
        }
        if (key == Attr.ACTUAL) {
            return actual;
        }
        if (key == Attr.CANCELLED) {
            return cancelled;
        }
        if (key == Attr.TERMINATED) {
            return ended;
        }
        return null;
    }
}
