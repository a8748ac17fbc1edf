package org.reactivesessions.postgres;

import io.netty.util.ReferenceCountUtil;
import io.r2dbc.postgresql.api.PostgresqlResult;
import io.r2dbc.spi.Result;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/**
 * Results of statements without parameters that nobody consumes. Such a statement was sent when it was executed; if its
 * result is dropped, the driver stops reading after 256 messages, and everything behind it waits for ever
 * (pgjdbc/r2dbc-postgresql #661). Releasing the result drains it.
 *
 * <p>Never to be used for a statement with parameters: releasing its result sends it. Stateless.
 */
final class Unconsumed {

    private Unconsumed() {}

    /** Drains what the driver drops on its way, because the subscriber had cancelled. */
    static Flux<? extends Result> drainDiscarded(Publisher<? extends Result> results) {
        return Flux.from(results).doOnDiscard(PostgresqlResult.class, Unconsumed::drain);
    }

    /** Drains one result, at most once. */
    static void drain(PostgresqlResult result) {
        ReferenceCountUtil.release(result);
    }
}
