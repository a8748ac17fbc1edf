package org.reactivesessions.tck;

import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import reactor.core.publisher.Flux;

/** A transaction that streams what its function makes by itself, on another thread. */
public class StreamRangeVerification extends PublisherVerification<Long> {

    /** A verification; TestNG makes it. */
    public StreamRangeVerification() {
        super(Tck.environment(), Tck.GC_TIMEOUT);
    }

    @Override
    public Publisher<Long> createPublisher(long elements) {
        return Tck.range(elements);
    }

    @Override
    public Publisher<Long> createFailedPublisher() {
        return Tck.failed(
                sessions -> sessions.withTransactionMany(session -> Flux.error(new IllegalStateException("planted"))));
    }
}
