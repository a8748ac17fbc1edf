package org.reactivesessions.postgres.tck;

import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;

/** The rows of a statement in no transaction. */
public class SessionRowsVerification extends PublisherVerification<Long> {

    /** A verification; TestNG makes it. */
    public SessionRowsVerification() {
        super(Publishers.environment(), Publishers.GC_TIMEOUT);
    }

    @Override
    public Publisher<Long> createPublisher(long elements) {
        return Publishers.autocommitted(elements);
    }

    @Override
    public long maxElementsFromPublisher() {
        return Publishers.MOST_ROWS;
    }

    @Override
    public Publisher<Long> createFailedPublisher() {
        return Publishers.failedStream();
    }
}
