package org.reactivesessions.postgres;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpResources;

/** The driver's connection factories for one address, which differ in what is between us and the server. Immutable. */
record DriverFactories(Address address) {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final int STATEMENT_CACHE = 256;
    private static final int UNNAMED_STATEMENTS = 0;

    /**
     * Checks the address.
     *
     * @throws IllegalArgumentException if database or user is missing
     */
    DriverFactories {
        required("database", address.database());
        required("username", address.username());
    }

    /** Its connections do what the server's defaults say. */
    ConnectionFactory plain() {
        return factory(toServer());
    }

    /** Its connections refuse writes outside transactions. */
    ConnectionFactory guarded() {
        return factory(toServer().options(PostgresDialect.GUARD_PARAMETERS));
    }

    /**
     * Its connections may change the server with every transaction: they leave nothing on it, and are opened with parameters
     * every pooler knows.
     */
    ConnectionFactory pooled() {
        return factory(driver(DriverLoops.throughPooler(TcpResources.get()))
                .preparedStatementCacheQueries(UNNAMED_STATEMENTS));
    }

    private PostgresqlConnectionConfiguration.Builder toServer() {
        return driver(new DriverLoops(TcpResources.get())).preparedStatementCacheQueries(STATEMENT_CACHE);
    }

    private PostgresqlConnectionConfiguration.Builder driver(LoopResources loops) {
        PostgresqlConnectionConfiguration.Builder driver = PostgresqlConnectionConfiguration.builder()
                .host(address.host())
                .port(address.port())
                .database(required("database", address.database()))
                .username(required("username", address.username()))
                .connectTimeout(CONNECT_TIMEOUT)
                .tcpKeepAlive(true)
                .loopResources(loops);
        return address.password() == null ? driver : driver.password(address.password());
    }

    private static ConnectionFactory factory(PostgresqlConnectionConfiguration.Builder driver) {
        return new PostgresqlConnectionFactory(driver.build());
    }

    private static String required(String name, @Nullable String value) {
        if (value == null) {
            throw new IllegalArgumentException(name + " must be set, by url(…) or by " + name + "(…), but neither did");
        }
        return value;
    }
}
