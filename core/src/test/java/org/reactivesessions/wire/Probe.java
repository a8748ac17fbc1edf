package org.reactivesessions.wire;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** A driver's publisher whose signals, and whose moment of {@code onSubscribe}, are the test's. Records what it hears. */
final class Probe implements Publisher<String>, Subscription {

    private final List<String> heard;
    private @Nullable Subscriber<? super String> subscriber;
    private Runnable duringSubscribe = () -> {};
    private boolean late;

    Probe() {
        this(new CopyOnWriteArrayList<>());
    }

    /** A probe that writes into a list it shares with others. */
    Probe(List<String> heard) {
        this.heard = heard;
    }

    /** Runs something inside {@code subscribe}, behind {@code onSubscribe}. */
    Probe during(Runnable action) {
        duringSubscribe = action;
        return this;
    }

    /** Leaves {@code onSubscribe} to {@link #arrive}. */
    Probe late() {
        late = true;
        return this;
    }

    List<String> heard() {
        return heard;
    }

    @Override
    public void subscribe(Subscriber<? super String> actual) {
        subscriber = actual;
        heard.add("subscribe");
        if (!late) {
            actual.onSubscribe(this);
        }
        duringSubscribe.run();
        heard.add("subscribed");
    }

    Subscriber<? super String> subscriber() {
        if (subscriber == null) {
            throw new AssertionError("Nobody has subscribed");
        }
        return subscriber;
    }

    void arrive() {
        subscriber().onSubscribe(this);
    }

    @Override
    public void request(long n) {
        heard.add("request " + (n == Long.MAX_VALUE ? "all" : n));
    }

    @Override
    public void cancel() {
        heard.add("cancel");
    }
}
