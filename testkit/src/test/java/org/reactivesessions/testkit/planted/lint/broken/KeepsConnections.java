package org.reactivesessions.testkit.planted.lint.broken;

import io.r2dbc.spi.Connection;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Keeps connections in fields, the first of them for the whole program. */
final class KeepsConnections {

    // spotless:off
    // tag::field[]
    private static @Nullable Connection global;
    // end::field[]
    // spotless:on
    private final AtomicReference<@Nullable Connection> current = new AtomicReference<>();
    private final Mono<Connection> cached;

    KeepsConnections(Mono<Connection> connections) {
        cached = connections.cache();
    }

    static void keep(Connection connection) {
        global = connection;
    }

    static @Nullable Connection global() {
        return global;
    }

    Mono<Connection> remembered() {
        return cached.doOnNext(current::set);
    }
}
