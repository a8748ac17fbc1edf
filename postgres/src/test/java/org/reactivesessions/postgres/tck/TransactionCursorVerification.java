package org.reactivesessions.postgres.tck;

import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;

/** A transaction that streams rows by a cursor. */
public class TransactionCursorVerification extends PublisherVerification<Long> {

    /** A verification; TestNG makes it. */
    public TransactionCursorVerification() {
        super(Publishers.environment(), Publishers.GC_TIMEOUT);
    }

    @Override
    public Publisher<Long> createPublisher(long elements) {
        return Publishers.cursor(elements);
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
