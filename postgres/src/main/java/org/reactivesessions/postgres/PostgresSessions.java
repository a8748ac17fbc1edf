package org.reactivesessions.postgres;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.ReactiveSessionsBuilder;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.resilience.ResilienceOptions;
import org.reactivesessions.transaction.TimeLimits;
import org.reactivestreams.Publisher;
import reactor.netty.tcp.TcpResources;

/**
 * Makes {@link ReactiveSessions} for PostgreSQL from an address.
 *
 * <pre>{@code
 * ReactiveSessions sessions = PostgresSessions.builder().url(System.getenv("DATABASE_URL")).maxSize(16).build();
 * }</pre>
 *
 * <p>For anything the driver can do and this builder cannot say, such as TLS, make the driver's connection factory and use
 * {@code ReactiveSessions.builder(connectionFactory).dialect(new PostgresDialect())}.
 *
 * <p>Thread-safe; the builder is not.
 *
 * @since 0.1
 */
public final class PostgresSessions {

    private PostgresSessions() {}

    /**
     * Begins to make sessions.
     *
     * @return a builder for {@code localhost:5432}, at most 10 connections
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * An address and the settings of the pool. Not thread-safe.
     *
     * @since 0.1
     */
    public static final class Builder {

        private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
        private static final int STATEMENT_CACHE = 256;

        private Address address = Address.local();
        private PoolOptions pool = PoolOptions.defaults();
        private TimeLimits limits = TimeLimits.defaults();
        private ResilienceOptions resilience = ResilienceOptions.defaults();
        private boolean autocommitWrites;
        private boolean overlap = true;
        private SessionListener listener = (name, phase, outcome, error) -> {};
        private Function<ReactiveSessionsBuilder, ReactiveSessionsBuilder> preparation = Function.identity();

        private Builder() {}

        /**
         * Sets the address.
         *
         * @param url {@code r2dbc:postgresql://user:password@host:port/database} or the same with {@code postgresql://};
         *     user and password percent-encoded; port default 5432
         * @return this builder
         * @throws IllegalArgumentException if the URL is malformed; the message never contains the password
         */
        public Builder url(String url) {
            address = Address.parse(url);
            return this;
        }

        /**
         * Sets the host.
         *
         * @param host a name or an address; default {@code localhost}
         * @return this builder
         * @throws IllegalArgumentException if it is blank
         */
        public Builder host(String host) {
            address = address.withHost(host);
            return this;
        }

        /**
         * Sets the port.
         *
         * @param port 1 to 65535; default 5432
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder port(int port) {
            address = address.withPort(port);
            return this;
        }

        /**
         * Sets the database.
         *
         * @param database its name
         * @return this builder
         * @throws IllegalArgumentException if it is blank
         */
        public Builder database(String database) {
            address = address.withDatabase(database);
            return this;
        }

        /**
         * Sets the user.
         *
         * @param username its name
         * @return this builder
         * @throws IllegalArgumentException if it is blank
         */
        public Builder username(String username) {
            address = address.withUsername(username);
            return this;
        }

        /**
         * Sets the password.
         *
         * @param password default: none
         * @return this builder
         */
        public Builder password(CharSequence password) {
            address = address.withPassword(Objects.requireNonNull(password, "password must not be null"));
            return this;
        }

        /**
         * Sets the most physical connections.
         *
         * @param size at least 1; default 10
         * @return this builder
         * @throws IllegalArgumentException if {@code size} is less than 1
         */
        public Builder maxSize(int size) {
            pool = pool.maxSize(size);
            return this;
        }

        /**
         * Sets all settings of the pool.
         *
         * @param options default: {@link PoolOptions#defaults()}
         * @return this builder
         */
        public Builder pool(PoolOptions options) {
            pool = Objects.requireNonNull(options, "pool must not be null");
            return this;
        }

        /**
         * Sets how long BEGIN, COMMIT and undoing may take.
         *
         * @param newLimits default: {@link TimeLimits#defaults()}
         * @return this builder
         */
        public Builder limits(TimeLimits newLimits) {
            limits = Objects.requireNonNull(newLimits, "limits must not be null");
            return this;
        }

        /**
         * Sets how the acquisition of a connection bears faults of the database.
         *
         * @param options default: {@link ResilienceOptions#defaults()}
         * @return this builder
         */
        public Builder resilience(ResilienceOptions options) {
            resilience = Objects.requireNonNull(options, "resilience must not be null; use its noCircuitBreaker()");
            return this;
        }

        /**
         * Sets how long {@link ReactiveSessions#health} may take.
         *
         * @param limit more than zero; default 1 s
         * @return this builder
         * @throws IllegalArgumentException if it is zero or negative
         */
        public Builder healthTimeout(Duration limit) {
            return preparing(builder -> builder.healthTimeout(limit));
        }

        /**
         * Sets who hears how transactions end.
         *
         * @param newListener default: nobody
         * @return this builder
         */
        public Builder listener(SessionListener newListener) {
            listener = Objects.requireNonNull(newListener, "listener must not be null");
            return this;
        }

        /**
         * Sets what is done with every new physical connection before its first scope gets it, see
         * {@link ReactiveSessionsBuilder#onConnect}.
         *
         * @param step makes what is subscribed from the driver's connection, which it must neither close nor keep
         * @return this builder
         */
        public Builder onConnect(Function<? super Connection, ? extends Publisher<Void>> step) {
            Objects.requireNonNull(step, "onConnect must not be null");
            return preparing(builder -> builder.onConnect(step));
        }

        /**
         * Sets SQL that is run on every new physical connection, see {@link ReactiveSessionsBuilder#initSql}.
         *
         * @param statements each is sent by itself, in order
         * @return this builder
         */
        public Builder initSql(String... statements) {
            List<String> kept = List.of(statements);
            return preparing(builder -> builder.initSql(kept.toArray(String[]::new)));
        }

        /**
         * Lets sessions without a transaction write.
         *
         * <p>Without it, every physical connection is opened with {@code default_transaction_read_only = on}. It refuses
         * writes outside a transaction, so a transaction's first statement need not wait for the answer to BEGIN, which saves
         * a round trip: if BEGIN fails, that statement changes nothing.
         *
         * @param allowed {@code true} takes the guard down, and with it what it makes possible: BEGIN is awaited, and no
         *     connection is used before its last COMMIT is answered; default {@code false}
         * @return this builder
         */
        public Builder autocommitWrites(boolean allowed) {
            autocommitWrites = allowed;
            return this;
        }

        /**
         * Sets whether a connection goes to the next scope that waits, and the value of a read-only transaction to its
         * subscriber, when COMMIT is on the wire, instead of when it is answered. Only where it changes no outcome: below
         * SERIALIZABLE for the value, and after plain statements without an error for the connection.
         *
         * @param allowed default {@code true}; without effect together with {@link #autocommitWrites autocommitWrites(true)}
         * @return this builder
         */
        public Builder overlap(boolean allowed) {
            overlap = allowed;
            return this;
        }

        private Builder preparing(UnaryOperator<ReactiveSessionsBuilder> step) {
            Function<ReactiveSessionsBuilder, ReactiveSessionsBuilder> earlier = preparation;
            preparation = builder -> step.apply(earlier.apply(builder));
            return this;
        }

        /**
         * Makes the sessions. No connection is opened before the first transaction.
         *
         * @return sessions that own their pool; close them
         * @throws IllegalArgumentException if database or user is missing
         */
        public ReactiveSessions build() {
            ConnectionFactory plain = new PostgresqlConnectionFactory(driver().build());
            ConnectionFactory pooled = autocommitWrites
                    ? plain
                    : new PostgresqlConnectionFactory(
                            driver().options(PostgresDialect.GUARD_PARAMETERS).build());
            return preparation
                    .apply(ReactiveSessions.builder(pooled))
                    .healthConnections(plain)
                    .dialect(new PostgresDialect(overlap))
                    .pool(pool)
                    .limits(limits)
                    .resilience(resilience)
                    .listener(listener)
                    .build();
        }

        private PostgresqlConnectionConfiguration.Builder driver() {
            PostgresqlConnectionConfiguration.Builder driver = PostgresqlConnectionConfiguration.builder()
                    .host(address.host())
                    .port(address.port())
                    .database(required("database", address.database()))
                    .username(required("username", address.username()))
                    .connectTimeout(CONNECT_TIMEOUT)
                    .preparedStatementCacheQueries(STATEMENT_CACHE)
                    .tcpKeepAlive(true)
                    .loopResources(new DriverLoops(TcpResources.get()));
            return address.password() == null ? driver : driver.password(address.password());
        }

        private static String required(String name, @Nullable String value) {
            if (value == null) {
                throw new IllegalArgumentException(
                        name + " must be set, by url(…) or by " + name + "(…), but neither did");
            }
            return value;
        }
    }
}
