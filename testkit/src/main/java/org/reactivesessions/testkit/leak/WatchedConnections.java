package org.reactivesessions.testkit.leak;

import io.r2dbc.spi.Closeable;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.Wrapped;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** A connection factory that keeps the stack of whoever asks it for a connection, until the connection is closed. Thread-safe. */
final class WatchedConnections implements ConnectionFactory, Closeable, Wrapped<ConnectionFactory> {

    private final ConnectionFactory watched;
    private final OpenConnections open;

    WatchedConnections(ConnectionFactory watched, OpenConnections open) {
        this.watched = watched;
        this.open = open;
    }

    /** The stack is the caller's, who names the place in the code; the one that subscribes is Reactor's. */
    @Override
    public Publisher<? extends Connection> create() {
        Throwable asked = new AcquiredHere();
        return Mono.from(watched.create()).map(connection -> WatchedConnection.watch(connection, asked, open));
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return watched.getMetadata();
    }

    @Override
    public ConnectionFactory unwrap() {
        return watched;
    }

    @Override
    public Publisher<Void> close() {
        return watched instanceof Closeable closeable ? closeable.close() : Mono.empty();
    }

    /** The place where a connection was asked for. */
    private static final class AcquiredHere extends Throwable {
        private static final long serialVersionUID = 1L;

        AcquiredHere() {
            super("acquired here");
        }
    }
}
