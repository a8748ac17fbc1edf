package org.reactivesessions.postgres.cancelrun;

import io.r2dbc.spi.Connection;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The transaction of the textbooks: {@code usingWhen} with begin, work, commit or rollback, and close. Thread-safe. */
final class Textbook extends PooledContestant {

    Textbook(Connections connections) {
        super(connections);
    }

    @Override
    public Publisher<Long> transaction(Track track) {
        return track.plan().streams()
                ? Flux.usingWhen(
                        pool().create(),
                        connection -> Mono.from(connection.beginTransaction())
                                .thenMany(Work.stream(track, new ConnectionStatements(connection))),
                        Textbook::commit,
                        (connection, error) -> rollback(connection),
                        Textbook::rollback)
                : Mono.usingWhen(
                        pool().create(),
                        connection -> Mono.from(connection.beginTransaction())
                                .then(Mono.defer(() -> Work.single(track, new ConnectionStatements(connection)))),
                        Textbook::commit,
                        (connection, error) -> rollback(connection),
                        Textbook::rollback);
    }

    private static Mono<Void> commit(Connection connection) {
        return Mono.from(connection.commitTransaction()).then(Mono.from(connection.close()));
    }

    private static Mono<Void> rollback(Connection connection) {
        return Mono.from(connection.rollbackTransaction()).then(Mono.from(connection.close()));
    }
}
