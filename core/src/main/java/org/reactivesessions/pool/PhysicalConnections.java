package org.reactivesessions.pool;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import reactor.core.publisher.Mono;

/** The driver's factory, as the pool sees it: everything it opens is a {@link PhysicalConnection}. Thread-safe. */
final class PhysicalConnections implements ConnectionFactory {

    private final ConnectionFactory driver;

    PhysicalConnections(ConnectionFactory driver) {
        this.driver = driver;
    }

    @Override
    public Mono<PhysicalConnection> create() {
        return Mono.defer(() -> Mono.fromDirect(driver.create())).flatMap(PhysicalConnections::adopt);
    }

    /** A connection that cannot tell what the pool has to know is closed, because nobody else knows of it. */
    private static Mono<PhysicalConnection> adopt(Connection opened) {
        try {
            return Mono.just(new PhysicalConnection(opened));
        } catch (Throwable unusable) {
            return Mono.defer(() -> Mono.fromDirect(opened.close()))
                    .onErrorComplete()
                    .then(Mono.error(unusable));
        }
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return driver.getMetadata();
    }
}
