package org.reactivesessions.testkit.planted.lint.clean.config;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.spi.ConnectionFactory;

/** The place that knows the driver. */
final class DatabaseConfiguration {

    private DatabaseConfiguration() {}

    static ConnectionFactory of(String host, String user) {
        return new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                .host(host)
                .username(user)
                .build());
    }
}
