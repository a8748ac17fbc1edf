package org.reactivesessions.postgres;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpResources;

/**
 * The driver's connection factories for one host, which differ in what is between us and the server. Immutable.
 *
 * @param limits what the server may ask of them
 * @param createTimeout for everything it takes to open a connection; TCP gets four fifths of it, so that what did not answer is
 *     said by who knows it
 */
record DriverFactories(
        Address address, StartupOptions startup, TlsOptions tls, WireLimits limits, Duration createTimeout) {

    /** The most the driver can count, in milliseconds. */
    private static final Duration LONGEST = Duration.ofMillis(Integer.MAX_VALUE);

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

    /** Where its connections lead to. */
    Endpoint endpoint() {
        return address.endpoints().get(0);
    }

    /** Its connections do what the server's defaults say. */
    ConnectionFactory plain() {
        return factory(toServer(Map.of()));
    }

    /** Its connections refuse writes outside transactions. */
    ConnectionFactory guarded() {
        return factory(toServer(PostgresDialect.GUARD_PARAMETERS));
    }

    /**
     * Its connections may change the server with every transaction: they leave nothing on it, and are opened with parameters
     * every pooler knows.
     */
    ConnectionFactory pooled() {
        return factory(startup.applyTo(driver(DriverLoops.throughPooler(TcpResources.get(), createTimeout, watch())))
                .preparedStatementCacheQueries(UNNAMED_STATEMENTS));
    }

    private PostgresqlConnectionConfiguration.Builder toServer(Map<String, String> parameters) {
        return startup.applyToServer(driver(new DriverLoops(TcpResources.get(), createTimeout, watch())), parameters)
                .preparedStatementCacheQueries(STATEMENT_CACHE);
    }

    private PostgresqlConnectionConfiguration.Builder driver(LoopResources loops) {
        PostgresqlConnectionConfiguration.Builder driver = PostgresqlConnectionConfiguration.builder()
                .host(address.host())
                .port(address.port())
                .database(required("database", address.database()))
                .username(required("username", address.username()))
                .connectTimeout(connectTimeout())
                .tcpKeepAlive(true)
                .loopResources(loops);
        tls.applyTo(driver, address.host());
        if (address.passwords() != null) {
            return driver.password(FreshPassword.ofContext());
        }
        return address.password() == null ? driver : driver.password(address.password());
    }

    private Duration connectTimeout() {
        Duration share = createTimeout.dividedBy(5).multipliedBy(4);
        return share.compareTo(LONGEST) < 0 ? share : LONGEST;
    }

    private ServerWatch watch() {
        return new ServerWatch(tls.modeFor(address.host()), tls.isSafeFor(address.host()), limits);
    }

    private ConnectionFactory factory(PostgresqlConnectionConfiguration.Builder driver) {
        return new TrustedConnections(
                new PostgresqlConnectionFactory(driver.build()), address.host() + ":" + address.port());
    }

    private static String required(String name, @Nullable String value) {
        if (value == null) {
            throw new IllegalArgumentException(
                    name + " must be set, by url(…), DATABASE_URL or " + name + ", but none did");
        }
        return value;
    }
}
