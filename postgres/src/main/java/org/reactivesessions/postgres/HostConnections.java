package org.reactivesessions.postgres;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Opens connections to the one of several hosts that is wanted. Each host has a factory of the driver's of its own, so that
 * what is encrypted and whose certificate is checked is its own matter, and so is where a request to cancel goes. Thread-safe.
 *
 * @param hosts at least one
 * @param target what is wanted
 * @param memory in which order they are tried
 * @param limit for all of them together
 */
record HostConnections(List<Host> hosts, HostTarget target, HostMemory memory, Duration limit)
        implements ConnectionFactory {

    private static final Logger log = LoggerFactory.getLogger(HostConnections.class);

    private static final String ROLE = "SELECT pg_catalog.pg_is_in_recovery()";

    /**
     * One of them.
     *
     * @param connections all lead there
     */
    record Host(Endpoint endpoint, ConnectionFactory connections) {}

    /**
     * A connection, and what it leads to.
     *
     * @param standby false as well if nobody has asked
     */
    record Found(Connection connection, boolean standby) {}

    @Override
    public Mono<Connection> create() {
        return Mono.<Connection>create(sink -> new HostSearch(this, sink).start())
                .doOnDiscard(Connection.class, HostConnections::close); // it came when nobody wanted it any more
    }

    /** Whether it depends on what a host is whether it will do. */
    boolean asks() {
        return target == HostTarget.PRIMARY || (target == HostTarget.PREFER_STANDBY && hosts.size() > 1);
    }

    /** Opens a connection to a host, and asks what it is. Whoever cancels has none. */
    Mono<Found> open(Host host) {
        return Mono.defer(() -> Mono.<Connection>from(host.connections().create()))
                .flatMap(opened -> asks() ? asked(opened) : Mono.just(new Found(opened, false)));
    }

    private static Mono<Found> asked(Connection opened) {
        return Flux.defer(() -> opened.createStatement(ROLE).execute())
                .concatMap(result -> result.map(row -> Boolean.TRUE.equals(row.get(0, Boolean.class))))
                .reduce((first, further) -> first) // to its end, because the driver drops what a cancel leaves
                .map(standby -> new Found(opened, standby))
                .switchIfEmpty(Mono.error(() -> new IllegalStateException("the host did not say what it is")))
                .doOnError(error -> close(opened))
                .doOnCancel(() -> close(opened));
    }

    /** Nobody waits for it. */
    static void close(Connection connection) {
        Mono.defer(() -> Mono.<Void>fromDirect(connection.close()))
                .subscribe(
                        nothing -> {}, error -> log.debug("A connection that is not used could not be closed", error));
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return hosts.get(0).connections().getMetadata();
    }
}
