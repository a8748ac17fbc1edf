package org.reactivesessions.testkit.sessions;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import reactor.core.publisher.Mono;

/** The connection of the scope in the Reactor Context, and none outside. Thread-safe. */
final class InnerConnections implements ConnectionFactory {

    private final ConnectionFactory connections;
    private final RollbackSessions home;

    InnerConnections(ConnectionFactory connections, RollbackSessions home) {
        this.connections = connections;
        this.home = home;
    }

    @Override
    public Mono<Connection> create() {
        return Mono.deferContextual(context -> context.hasKey(home)
                ? Mono.from(connections.create())
                : Mono.error(new UnsupportedOperationException(
                        "outside a transaction there is no connection to lend in a test that is"
                                + " rolled back, nothing was sent. Use it inside withTransaction, or take the ConnectionFactory of the test"
                                + " (RollbackConnections) in its place.")));
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return connections.getMetadata();
    }
}
