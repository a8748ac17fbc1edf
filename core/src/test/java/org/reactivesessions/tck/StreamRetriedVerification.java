package org.reactivesessions.tck;

import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import reactor.core.publisher.Flux;

/** A stream that is delivered by the second attempt. */
public class StreamRetriedVerification extends PublisherVerification<Long> {

    /** A verification; TestNG makes it. */
    public StreamRetriedVerification() {
        super(Tck.environment(), Tck.GC_TIMEOUT);
    }

    @Override
    public Publisher<Long> createPublisher(long elements) {
        return Tck.retried(elements);
    }

    @Override
    public Publisher<Long> createFailedPublisher() {
        return Tck.failed(
                sessions -> sessions.withTransactionMany(session -> Flux.error(new IllegalStateException("planted"))));
    }
}
