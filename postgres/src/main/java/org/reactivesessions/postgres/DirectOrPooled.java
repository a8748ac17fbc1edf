package org.reactivesessions.postgres;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Opens connections as for a server, until a pooler refuses one; then, and from then on, as for a pooler. Thread-safe.
 *
 * @param direct opens them as for a server
 * @param pooled opens them as for a pooler
 * @param sighting is shared with everybody who has to know
 * @param obstacle what was asked for that cannot be had behind a pooler, or {@code null}; then the refusal is an error
 */
record DirectOrPooled(
        ConnectionFactory direct,
        ConnectionFactory pooled,
        PoolerSighting sighting,
        @Nullable String obstacle) implements ConnectionFactory {

    @Override
    public Mono<Connection> create() {
        return Mono.defer(() -> sighting.isSeen()
                ? Mono.from(pooled.create())
                : Mono.<Connection>from(direct.create()).onErrorResume(PoolerSighting::isRefusal, this::refused));
    }

    private Mono<Connection> refused(Throwable refusal) {
        if (obstacle != null) {
            return Mono.error(new R2dbcNonTransientResourceException(
                    "the connection was refused (" + refusal.getMessage()
                            + "), as poolers do; use pgBouncer(), without " + obstacle,
                    refusal));
        }
        sighting.see(refusal);
        return Mono.from(pooled.create());
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return direct.getMetadata();
    }
}
