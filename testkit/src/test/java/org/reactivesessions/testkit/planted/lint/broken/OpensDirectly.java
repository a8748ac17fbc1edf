package org.reactivesessions.testkit.planted.lint.broken;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Opens connections by itself, in every way there is, and gives them to others. */
final class OpensDirectly {

    private final ConnectionFactory factory;

    OpensDirectly(ConnectionFactory factory) {
        this.factory = factory;
    }

    // spotless:off
    // tag::direct[]
    Publisher<? extends Connection> open() {
        return factory.create();
    }
    // end::direct[]
    // spotless:on

    Mono<? extends Connection> openLater() {
        return Mono.defer(() -> Mono.from(factory.create()));
    }

    Flux<? extends Connection> openByReference() {
        return Mono.<Publisher<? extends Connection>>fromSupplier(factory::create)
                .flatMapMany(opening -> opening);
    }
}
