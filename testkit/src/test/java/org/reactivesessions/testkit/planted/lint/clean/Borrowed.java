package org.reactivesessions.testkit.planted.lint.clean;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.Wrapped;
import java.util.function.Consumer;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Is a connection factory itself, so it may ask another one. */
final class Borrowed implements ConnectionFactory, Wrapped<ConnectionFactory> {

    private final ConnectionFactory other;
    private final Consumer<Connection> opened;

    Borrowed(ConnectionFactory other, Consumer<Connection> opened) {
        this.other = other;
        this.opened = opened;
    }

    @Override
    public Publisher<? extends Connection> create() {
        return Mono.<Connection>from(other.create()).doOnNext(opened);
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
