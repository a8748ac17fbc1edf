package org.reactivesessions.postgres;

import io.r2dbc.postgresql.api.PostgresqlResult;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;

/**
 * Results of statements without parameters that nobody consumes. Such a statement was sent when it was executed; if its
 * result is dropped, the driver stops reading after 256 messages, and everything behind it waits for ever
 * (pgjdbc/r2dbc-postgresql #661). Reading the result drains it.
 *
 * <p>Never to be used for a statement with parameters: reading its result sends it. Stateless.
 */
final class Unconsumed {

    private static final Logger log = LoggerFactory.getLogger(Unconsumed.class);

    private Unconsumed() {}

    /** Drains what the driver drops on its way, because the subscriber had cancelled. */
    static <T> Flux<T> drainDiscarded(Publisher<T> results) {
        return Flux.from(results).doOnDiscard(PostgresqlResult.class, Unconsumed::drain);
    }

    /** Drains one result; what goes wrong in it concerns nobody any more. */
    static void drain(PostgresqlResult result) {
        result.getRowsUpdated()
                .subscribe(rows -> {}, error -> log.debug("A result that nobody consumes ended with an error", error));
    }
}
