package org.reactivesessions.wire;

import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** A publisher of a driver that throws when it is cancelled. Stateless. */
final class Stubborn implements Publisher<String>, Subscription {

    @Override
    public void subscribe(Subscriber<? super String> subscriber) {
        subscriber.onSubscribe(this);
    }

    @Override
    public void request(long n) {
        // Never answers.
    }

    @Override
    public void cancel() {
        throw new IllegalStateException("the driver cannot cancel");
    }
}
