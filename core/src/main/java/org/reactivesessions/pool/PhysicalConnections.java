package org.reactivesessions.pool;

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
        return Mono.defer(() -> Mono.fromDirect(driver.create())).map(PhysicalConnection::new);
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return driver.getMetadata();
    }
}
