package org.reactivesessions.postgres.tck;

import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;

/** A transaction of one value. */
public class TransactionValueVerification extends PublisherVerification<Long> {

    /** A verification; TestNG makes it. */
    public TransactionValueVerification() {
        super(Publishers.environment(), Publishers.GC_TIMEOUT);
    }

    @Override
    public Publisher<Long> createPublisher(long elements) {
        return Publishers.value(elements);
    }

    @Override
    public long maxElementsFromPublisher() {
        return 1;
    }

    @Override
    public Publisher<Long> createFailedPublisher() {
        return Publishers.failedValue();
    }
}
