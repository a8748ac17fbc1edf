package org.reactivesessions.wire;

import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/** A publisher behind a {@link StatementGate} that stays a {@link Mono}. Thread-safe. */
final class GatedMono<T> extends Mono<T> {

    private final StatementGate gate;
    private final String what;
    private final Publisher<T> source;
    private final Passage passage;

    GatedMono(StatementGate gate, String what, Publisher<T> source, Passage passage) {
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
