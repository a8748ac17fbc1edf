package org.reactivesessions.testkit.planted.lint.clean;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.Wrapped;
import org.reactivestreams.Publisher;

/** Is a connection factory itself, so it may ask another one. */
final class Borrowed implements ConnectionFactory, Wrapped<ConnectionFactory> {

    private final ConnectionFactory other;

    Borrowed(ConnectionFactory other) {
        this.other = other;
    }

    @Override
    public Publisher<? extends Connection> create() {
        return other.create();
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return other.getMetadata();
    }

    @Override
    public ConnectionFactory unwrap() {
        return other;
    }
}
