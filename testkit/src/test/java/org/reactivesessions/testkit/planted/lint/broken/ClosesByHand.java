package org.reactivesessions.testkit.planted.lint.broken;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import reactor.core.publisher.Mono;

/** Closes what it has opened, by a method reference and in a lambda. */
final class ClosesByHand {

    private final ConnectionFactory factory;

    ClosesByHand(ConnectionFactory factory) {
        this.factory = factory;
    }

    // spotless:off
    // tag::close[]
    Mono<Long> count() {
        return Mono.usingWhen(factory.create(), ClosesByHand::count, Connection::close);
    }
    // end::close[]
    // spotless:on

    Mono<Long> countAndClose() {
        return Mono.from(factory.create())
                .flatMap(connection -> count(connection)
                        .flatMap(rows -> Mono.from(connection.close()).thenReturn(rows)));
    }

    private static Mono<Long> count(Connection connection) {
        return Mono.from(connection
                        .createStatement("SELECT count(*) FROM account")
                        .execute())
                .flatMap(result -> Mono.from(result.map(row -> row.get(0, Long.class))));
    }
}
