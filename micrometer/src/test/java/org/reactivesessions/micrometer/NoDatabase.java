package org.reactivesessions.micrometer;

import io.r2dbc.spi.ConnectionFactories;
import org.reactivesessions.ReactiveSessions;

/** Sessions that are never asked for a connection. */
final class NoDatabase {

    private NoDatabase() {}

    static ReactiveSessions sessions() {
        return ReactiveSessions.builder(ConnectionFactories.get("r2dbc:postgresql://user@localhost:1/none"))
                .build();
    }
}
