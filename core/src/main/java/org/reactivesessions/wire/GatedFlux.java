package org.reactivesessions.wire;

import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

/** A publisher behind a {@link StatementGate} that stays a {@link Flux}. Thread-safe. */
final class GatedFlux<T> extends Flux<T> {

    private final StatementGate gate;
    private final String what;
    private final Publisher<T> source;
    private final Passage passage;

    GatedFlux(StatementGate gate, String what, Publisher<T> source, Passage passage) {
        this.gate = gate;
        this.what = what;
        this.source = source;
        this.passage = passage;
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        new GatedSubscriber<>(gate, what, source, passage, actual).start();
    }
}
