package org.reactivesessions.tck;

import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import reactor.core.publisher.Mono;

/** A transaction of one value. */
public class ValueVerification extends PublisherVerification<Long> {

    /** A verification; TestNG makes it. */
    public ValueVerification() {
        super(Tck.environment(), Tck.GC_TIMEOUT);
    }

    @Override
    public Publisher<Long> createPublisher(long elements) {
        return Tck.value(elements);
    }

    /** A mono has no more. */
    @Override
    public long maxElementsFromPublisher() {
        return 1;
    }

    @Override
    public Publisher<Long> createFailedPublisher() {
        return Tck.failed(
                sessions -> sessions.withTransaction(session -> Mono.error(new IllegalStateException("planted"))));
    }
}
