package org.reactivesessions.tck;

import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;

/** The rows of a statement inside a session that stays open. */
public class StatementRowsVerification extends PublisherVerification<Long> {

    /** A verification; TestNG makes it. */
    public StatementRowsVerification() {
        super(Tck.environment(), Tck.GC_TIMEOUT);
    }

    @Override
    public Publisher<Long> createPublisher(long elements) {
        return Tck.statement(elements);
    }

    /** The script keeps all rows in memory, so it cannot have as many as an int counts. */
    @Override
    public long maxElementsFromPublisher() {
        return 100_000;
    }

    @Override
    public Publisher<Long> createFailedPublisher() {
        return Tck.lateStatement();
    }
}
