package org.reactivesessions.pool;

import static java.util.Objects.requireNonNull;

import org.reactivesessions.dialect.StandardDialect;
import org.reactivesessions.jcstress.StillClock;
import org.reactivesessions.jcstress.StillDatabase;
import reactor.core.publisher.Mono;

/** A pool of one connection to a database that answers at once. Thread-safe. */
final class Pool {

    /** So that the pool opens its connection on the thread that asks. */
    private static final StillClock CLOCK = StillClock.everywhere();

    private final ConnectionSource source = new ConnectionSource(
            new StillDatabase(),
            connection -> Mono.empty(),
            new StandardDialect(),
            PoolOptions.defaults().maxSize(1),
            ConnectObserver.none(),
            CLOCK,
            CLOCK);

    ConnectionSource source() {
        return source;
    }

    /** The one connection. */
    Lease borrowed() {
        return requireNonNull(asking().last(), "the connection was not delivered");
    }

    /** Somebody who has asked for the connection. */
    Taker asking() {
        Taker taker = new Taker();
        ask(taker);
        return taker;
    }

    /** Asks for the connection. */
    Acquisition ask(Taker taker) {
        Acquisition acquisition = source.acquisition(taker, "taker", true);
        acquisition.start();
        return acquisition;
    }
}
