package org.reactivesessions.postgres;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Several commands sent as one message. The driver signals the error of a statement when it comes, which is before
 * ReadyForQuery, so here it is kept until all is answered: after the end, in success or failure, the driver's transaction
 * status is that of the whole message. Stateless.
 */
final class Script {

    /** With a fetch size of a configuration's own, the driver would use the protocol that takes one command only. */
    static final int EVERYTHING = 0;

    private Script() {}

    /**
     * Sends a script.
     *
     * @param physical the driver's connection
     * @param sql the commands, none of which returns rows
     * @return a cold mono that ends when the server is ready for the next message, with the first error if there was one
     */
    static Mono<Void> run(Connection physical, String sql) {
        return Mono.defer(() -> {
            AtomicReference<@Nullable Throwable> first = new AtomicReference<>();
            return Flux.from(physical.createStatement(sql).fetchSize(EVERYTHING).execute())
                    .concatMap(result -> answer(result, first))
                    .then(Mono.defer(() -> {
                        Throwable error = first.get();
                        return error == null ? Mono.empty() : Mono.error(error);
                    }));
        });
    }

    private static Publisher<Long> answer(Result result, AtomicReference<@Nullable Throwable> first) {
        return Mono.fromDirect(result.getRowsUpdated()).onErrorResume(error -> {
            first.compareAndSet(null, error);
            return Mono.empty();
        });
    }
}
