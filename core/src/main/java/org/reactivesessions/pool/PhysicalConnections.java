package org.reactivesessions.pool;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** The driver's factory, as the pool sees it: everything it opens is a {@link PhysicalConnection}. Thread-safe. */
final class PhysicalConnections implements ConnectionFactory {

    private static final Logger log = LoggerFactory.getLogger(PhysicalConnections.class);

    private final ConnectionFactory driver;
    private final Function<? super Connection, ? extends Publisher<Void>> preparation;

    /** @param preparation what is done with every connection before anybody gets it */
    PhysicalConnections(ConnectionFactory driver, Function<? super Connection, ? extends Publisher<Void>> preparation) {
        this.driver = driver;
        this.preparation = preparation;
    }

    @Override
    public Mono<PhysicalConnection> create() {
        return Mono.defer(() -> Mono.fromDirect(driver.create())).flatMap(this::prepare);
    }

    /** A connection that is given up while it is prepared is closed, because nobody else knows of it. */
    private Mono<PhysicalConnection> prepare(Connection opened) {
        return Mono.defer(() -> Mono.fromDirect(preparation.apply(opened)))
                .onErrorResume(error -> closed(opened).then(Mono.error(error)))
                .doOnCancel(() -> closed(opened).subscribe())
                .then(Mono.defer(() -> adopt(opened)));
    }

    private static Mono<Void> closed(Connection opened) {
        return Mono.defer(() -> Mono.fromDirect(opened.close()))
                .doOnError(error -> log.debug("A connection that could not be prepared could not be closed", error))
                .onErrorComplete();
    }

    /** A connection that cannot tell what the pool has to know is closed, because nobody else knows of it. */
    private static Mono<PhysicalConnection> adopt(Connection opened) {
        try {
            return Mono.just(new PhysicalConnection(opened));
        } catch (Throwable unusable) {
            return closed(opened).then(Mono.error(unusable));
        }
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return driver.getMetadata();
    }
}
