package org.reactivesessions.testkit.planted.lint.broken;

import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Result;
import reactor.core.publisher.Mono;

/** Never gives its connection back. */
final class ForgetsToClose {

    private final ConnectionFactory factory;

    ForgetsToClose(ConnectionFactory factory) {
        this.factory = factory;
    }

    // spotless:off
    // tag::missing[]
    Mono<Long> delete(int account) {
        return Mono.from(factory.create())
            .flatMap(connection -> Mono.from(connection.createStatement("DELETE FROM account WHERE id = $1")
                .bind(0, account).execute()))
            .flatMap(result -> Mono.from(result.getRowsUpdated()));
    }
    // end::missing[]
    // spotless:on

    Mono<Result> deleteInALambda() {
        return Mono.defer(() -> Mono.from(factory.create()))
                .flatMap(connection -> Mono.from(
                        connection.createStatement("DELETE FROM account").execute()));
    }
}
