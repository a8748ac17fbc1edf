package org.reactivesessions.postgres.cancelrun;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;

/** The subscriber of one transaction, and, when it runs, the cancel. Thread-safe. */
final class Caller implements CoreSubscriber<Long>, Runnable {

    private final Track track;
    private final Runnable gone;
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicReference<@Nullable Subscription> subscription = new AtomicReference<>();

    /**
     * @param gone runs once, when the transaction has ended or was cancelled, as far as its caller is concerned
     */
    Caller(Track track, Runnable gone) {
        this.track = track;
        this.gone = gone;
    }

    @Override
    public void onSubscribe(Subscription arrived) {
        if (subscription.compareAndSet(null, arrived)) {
            arrived.request(track.plan().streams() ? 1 : Long.MAX_VALUE);
        } else {
            arrived.cancel();
        }
    }

    @Override
    public void onNext(Long rows) {
        track.next();
        if (track.plan().takesOne()) {
            run();
        }
        Subscription current = subscription.get();
        if (track.plan().streams() && current != null) {
            current.request(1);
        }
    }

    @Override
    public void onError(Throwable error) {
        track.failed(error);
        end();
    }

    @Override
    public void onComplete() {
        track.completed();
        end();
    }

    /** Cancels, unless the transaction has ended. */
    @Override
    public void run() {
        if (over.get()) {
            return;
        }
        Subscription current = subscription.getAndSet(Operators.cancelledSubscription());
        Step before = track.step();
        if (current != null) {
            current.cancel();
        }
        Step after = track.step();
        if (!over.get()) {
            track.cancelled(before, after);
        }
        end();
    }

    private void end() {
        if (over.compareAndSet(false, true)) {
            gone.run();
        }
    }
}
