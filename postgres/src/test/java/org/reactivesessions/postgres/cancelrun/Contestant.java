package org.reactivesessions.postgres.cancelrun;

import java.time.Duration;
import org.reactivestreams.Publisher;

/** A way to run transactions that the traffic goes to. Thread-safe. */
interface Contestant extends AutoCloseable {

    /** A cold publisher of one transaction. */
    Publisher<Long> transaction(Track track);

    /** Waits until nothing is left of cancelled transactions; {@code false} if that does not happen in time. */
    boolean settle(Duration atMost);

    /** Connections that the pool takes for borrowed. */
    int acquired();

    /** Borrowers that the pool takes for waiting. */
    int pending();

    /** Whether a listener hears the end of every transaction, so that its phase and outcome are known. */
    boolean tellsOutcomes();

    @Override
    void close();

    /** Who is under way, if it can tell. */
    default String underWay() {
        return "it cannot tell who is under way";
    }
}
