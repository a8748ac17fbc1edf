package org.reactivesessions.wire;

import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

/** A publisher behind a {@link StatementGate} that stays a {@link Flux}. Thread-safe. */
final class GatedFlux<T> extends Flux<T> {

    private final StatementGate gate;
    private final String what;
    private final Publisher<T> source;
    private final boolean patient;

    GatedFlux(StatementGate gate, String what, Publisher<T> source, boolean patient) {
        this.gate = gate;
        this.what = what;
        this.source = source;
        this.patient = patient;
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        WireExecutor executor = gate.executor();
        CoreSubscriber<? super T> subscriber = executor.isConfined() ? new Lookahead<>(executor, actual) : actual;
        new GatedSubscriber<>(gate, what, source, patient, subscriber).start();
    }
}
