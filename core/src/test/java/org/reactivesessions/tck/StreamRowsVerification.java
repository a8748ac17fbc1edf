package org.reactivesessions.tck;

import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import reactor.core.publisher.Flux;

/** A transaction that streams the rows of a statement. */
public class StreamRowsVerification extends PublisherVerification<Long> {

    /** A verification; TestNG makes it. */
    public StreamRowsVerification() {
        super(Tck.environment(), Tck.GC_TIMEOUT);
    }

    @Override
    public Publisher<Long> createPublisher(long elements) {
        return Tck.rows(elements);
    }

    /** The script keeps all rows in memory, so it cannot have as many as an int counts. */
    @Override
    public long maxElementsFromPublisher() {
        return 100_000;
    }

    @Override
    public Publisher<Long> createFailedPublisher() {
        return Tck.failed(
                sessions -> sessions.withTransactionMany(session -> Flux.error(new IllegalStateException("planted"))));
    }
}
