package org.reactivesessions.transaction;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Connections for libraries that manage their own: the one of the scope they are in, or one of the pool. Thread-safe. */
final class ScopedConnections<S> implements ConnectionFactory {

    private final Transactions<S> home;
    private final @Nullable Scope<S> bound;

    /** @param bound the scope whose connection is handed out, or {@code null} for the one in the Reactor Context */
    ScopedConnections(Transactions<S> home, @Nullable Scope<S> bound) {
        this.home = home;
        this.bound = bound;
    }

    @Override
    public Mono<Connection> create() {
        Throwable assembly = bound == null ? home.lendingAssembly() : null;
        return Mono.deferContextual(context -> {
            Scope<S> scope = bound == null ? home.outer(context) : bound;
            if (scope == null) {
                return new LentMono<>(home, assembly);
            }
            return scope.connection().isClosed()
                    ? Mono.error(scope.held().gate().usedAfterEnd())
                    : Mono.just(new SharedConnection(scope));
        });
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return home.source().metadata();
    }
}
