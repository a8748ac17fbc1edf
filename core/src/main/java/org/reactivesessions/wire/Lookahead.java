package org.reactivesessions.wire;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Asks a driver for one element more than its subscriber wants, and keeps that one until it is wanted. r2dbc-postgresql
 * delivers the end of a result only while there is demand, so a subscriber that asks for exactly the rows there are would
 * never hear the end, and its transaction would stay open.
 *
 * <p>Confined to the connection's executor: signals come from its event loop, and the subscriber asks and cancels there.
 */
final class Lookahead<T> implements CoreSubscriber<T>, Subscription {

    private final CoreSubscriber<? super T> actual;
    private final Runnable onSpare;
    private @Nullable Subscription upstream;
    private @Nullable T spare;
    private long wanted;
    private boolean asked;
    private boolean completed;
    private boolean handing;
    private long heldBack;

    /** @param onSpare hears that there is an element nobody has asked for */
    Lookahead(CoreSubscriber<? super T> actual, Runnable onSpare) {
        this.actual = actual;
        this.onSpare = onSpare;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        upstream = subscription;
        actual.onSubscribe(this);
    }

    @Override
    public void request(long n) {
        if (upstream == null || !Operators.validate(n)) {
            return;
        }
        long more = asked ? n : Operators.addCap(n, 1);
        asked = true;
        wanted = Operators.addCap(wanted, n);
        if (handing) {
            heldBack = Operators.addCap(heldBack, more);
            return;
        }
        T kept = spare;
        if (kept != null) {
            handOver(kept);
            more = Operators.addCap(more, heldBack);
            heldBack = 0;
            if (completed) {
                actual.onComplete();
                return;
            }
        }
        upstream.request(more);
    }

    /** What is asked for meanwhile goes to the driver afterwards, or it would answer inside this signal. */
    private void handOver(T kept) {
        spare = null;
        wanted--;
        handing = true;
        try {
            actual.onNext(kept);
        } finally {
            handing = false;
        }
    }

    @Override
    public void onNext(T element) {
        if (wanted == 0) {
            spare = element;
            onSpare.run();
            return;
        }
        if (wanted != Long.MAX_VALUE) {
            wanted--;
        }
        actual.onNext(element);
    }

    @Override
    public void onError(Throwable error) {
        discardSpare();
        actual.onError(error);
    }

    @Override
    public void onComplete() {
        if (spare == null) {
            actual.onComplete();
        } else {
            completed = true;
        }
    }

    @Override
    public void cancel() {
        if (upstream != null) {
            upstream.cancel();
        }
        discardSpare();
    }

    private void discardSpare() {
        T kept = spare;
        spare = null;
        if (kept != null) {
            Operators.onDiscard(kept, currentContext());
        }
    }

    @Override
    public Context currentContext() {
        return actual.currentContext();
    }
}
