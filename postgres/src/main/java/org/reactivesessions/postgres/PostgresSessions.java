package org.reactivesessions.postgres;

import io.r2dbc.postgresql.client.SSLMode;
import io.r2dbc.spi.Connection;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.ReactiveSessionsBuilder;
import org.reactivesessions.observation.LogOptions;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.observation.WatchOptions;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.pool.ResetPolicy;
import org.reactivesessions.resilience.ResilienceOptions;
import org.reactivesessions.transaction.TimeLimits;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes {@link ReactiveSessions} for PostgreSQL from an address.
 *
 * <pre>{@code
 * ReactiveSessions sessions = PostgresSessions.builder().url(System.getenv("DATABASE_URL")).maxSize(16).build();
 * }</pre>
 *
 * <p>The same settings can come from {@linkplain #fromEnvironment() the environment}, {@linkplain #fromProperties a map} or
 * the parameters of a URL, each with the same checks. What comes first wins: a later call of the builder, then environment or
 * properties, then the URL, then what other programs read as well ({@code PGHOST} and the like), then the preset, then the
 * default.
 *
 * <p>For anything the driver can do and this builder cannot say, make the driver's connection factory and use
 * {@code ReactiveSessions.builder(connectionFactory).dialect(new PostgresDialect())}.
 *
 * <p>Thread-safe; the builder is not.
 *
 * @since 0.1
 */
public final class PostgresSessions {

    private static final Logger log = LoggerFactory.getLogger(PostgresSessions.class);

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
     * Begins with what the environment variables of this process say.
     *
     * @return a builder; what is called on it comes before the environment
     * @throws IllegalArgumentException as {@link #fromEnvironment(Map)}
     */
    public static Builder fromEnvironment() {
        return fromEnvironment(System.getenv());
    }

    /**
     * Begins with what environment variables say: {@code DATABASE_URL}, {@code DATABASE_POOL_SIZE} and so on, each also as
     * {@code DB_…}; below those the {@code PG…} names of libpq, and {@code ENVIRONMENT} (dev, test or production) for a preset.
     * {@code docs/guide/configuration.md} lists them all.
     *
     * @param environment by name; an empty value counts as not set; variables of other programs are left alone
     * @return a builder; what is called on it comes before the environment
     * @throws IllegalArgumentException if a value breaks its rule, if the {@code DATABASE_} and the {@code DB_} form of one
     *     setting differ, or if a name begins with {@code DATABASE_POOL_} or {@code DB_POOL_} and is not known, or with {@code
     *     DATABASE_} and is a letter or two away from one that is; the message contains no password
     */
    public static Builder fromEnvironment(Map<String, String> environment) {
        return EnvironmentSettings.read(environment).applyTo(new Builder());
    }

    /**
     * Begins with what properties say: {@code url}, {@code pool-size} and so on, as {@code docs/guide/configuration.md} lists
     * them.
     *
     * @param properties by name; an empty value counts as not set
     * @return a builder; what is called on it comes before the properties
     * @throws IllegalArgumentException if a name is not known, or a value breaks its rule; the message contains no password
     */
    public static Builder fromProperties(Map<String, String> properties) {
        return PropertySettings.read(properties).applyTo(new Builder());
    }

    /**
     * An address and the settings of the pool. Not thread-safe.
     *
     * @since 0.1
     */
    public static final class Builder {

        private Address address = Address.local();
        private @Nullable HostTarget target;
        private StartupOptions startup = StartupOptions.defaults();
        private TlsOptions tls = TlsOptions.none();
        private WireLimits wire = WireLimits.defaults();
        private PoolOptions pool = PoolOptions.defaults();
        private TimeLimits limits = TimeLimits.defaults();
        private ResilienceOptions resilience = ResilienceOptions.defaults();
        private @Nullable Boolean autocommitWrites;
        private @Nullable Boolean overlap;
        private boolean prepared;
        private LogOptions logs = LogOptions.defaults();
        private boolean production;
        private boolean pooler;
        private SessionListener listener = SessionListener.none();
        private WatchOptions watching = WatchOptions.defaults();
        private Function<ReactiveSessionsBuilder, ReactiveSessionsBuilder> preparation = Function.identity();

        private Builder() {}

        /**
         * Sets the address, all of it, and what the parameters of the URL say.
         *
         * @param url {@code postgresql://user:password@host:port/database?pool_size=16&sslmode=verify-full}, or {@code
         *     postgres://}, or either with {@code r2dbc:} in front; user and password percent-encoded; port default 5432; for
         *     several {@link #hosts} {@code host1:port1,host2:port2}; for the parameters see {@code
         *     docs/guide/configuration.md}
         * @return this builder
         * @throws IllegalArgumentException if the URL is malformed, a parameter is not known, or its value breaks its rule; the
         *     message never contains the password
         */
        public Builder url(String url) {
            GivenSettings given = DatabaseUrl.read("url", url);
            address = Address.local();
            return given.applyTo(this);
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
         * Sets all hosts the database is on, a primary and its standbys. They are tried one after the other when a physical
         * connection is opened, the one that was last found right first, each with its share of {@link
         * PoolOptions#createTimeout()}, until one is what {@link #target} says. A connection that is open stays where it is; one
         * that is found not to take writes any more has all of them replaced, see {@code docs/guide/failover.md}.
         *
         * @param hosts each a name or an address, with or without a port: {@code db1:5432}, {@code db2}, {@code [::1]:5433};
         *     at least one, no two the same
         * @return this builder
         * @throws IllegalArgumentException if one is neither, or there are none, or two the same
         */
        public Builder hosts(String... hosts) {
            address = address.withHosts(hosts);
            return this;
        }

        /** As it is written everywhere but in code: one, or several with commas between them, each with or without a port. */
        Builder hostList(String hosts) {
            return hosts.indexOf(',') >= 0 || Endpoint.namesPort(hosts) ? hosts(hosts.split(",", -1)) : host(hosts);
        }

        /**
         * Sets which of the hosts connections may lead to. What a host is, is asked of every new connection, which costs a round
         * trip when it is opened.
         *
         * @param wanted default {@link HostTarget#PRIMARY} if there are several {@link #hosts}; with one host it is whatever it
         *     is, unless {@code PRIMARY} is said
         * @return this builder
         */
        public Builder target(HostTarget wanted) {
            target = Objects.requireNonNull(wanted, "target must not be null");
            return this;
        }

        /**
         * Sets the port.
         *
         * @param port of hosts that name none, 1 to 65535; default 5432
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
         * Sets where the password of every physical connection comes from, also of the one for health: for passwords that are
         * changed while the program runs, and for tokens that expire, such as those of a cloud's identity management.
         *
         * <p>It is asked before each connection is opened, and nothing is kept. If the server does not let us in, it is asked
         * once more and the connection tried once more, because the password may have been changed in between; then the
         * acquisition fails with {@link org.reactivesessions.error.DatabaseRefusedException}. So it does at once if the source
         * fails, gives nothing, or takes longer than half of {@link PoolOptions#createTimeout()}. None of this counts as an
         * outage of the database.
         *
         * <p><strong>Subscription:</strong> subscribed for each connection, so it has to be cold, as {@code
         * Mono.fromCallable} is. <strong>Threads:</strong> on the thread that opens the connection, which must not be blocked: a
         * source that blocks goes to another one by {@code subscribeOn(Schedulers.boundedElastic())}.
         * <strong>Cancellation:</strong> cancelled when its time is over.
         *
         * @param source its first element is the password; what its error says is repeated in messages, and must not contain one;
         *     default: none
         * @return this builder
         */
        public Builder password(Publisher<? extends CharSequence> source) {
            address = address.withPasswords(
                    new PasswordSource(Objects.requireNonNull(source, "password must not be null")));
            return this;
        }

        /**
         * Sets the most physical connections, see {@link PoolOptions#maxSize(int)}.
         *
         * @param most at least 1; default 10
         * @return this builder
         * @throws IllegalArgumentException if {@code most} is less than 1
         */
        public Builder maxSize(int most) {
            return tunePool(options -> options.maxSize(most));
        }

        /**
         * Sets how many physical connections are kept open, and how many more there may be, see {@link PoolOptions#size}.
         *
         * @param core at least 1
         * @param overflow at least 0
         * @return this builder
         * @throws IllegalArgumentException if one is less
         */
        public Builder size(int core, int overflow) {
            return tunePool(options -> options.size(core, overflow));
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

        /** So many more than are kept already, which must be some. */
        Builder overflow(int overflow) {
            return tunePool(options -> {
                if (options.coreSize() == 0) {
                    throw new IllegalArgumentException("max-overflow (" + overflow
                            + ") is added to pool-size, which is not set; set both, or pool-size alone for the most"
                            + " connections");
                }
                return options.size(options.coreSize(), overflow);
            });
        }

        /**
         * Sets when a connection is reset at the end of a scope, so that nothing a scope did to its session is seen by the next.
         *
         * @param policy default {@link ResetPolicy#WHEN_DIRTY}; behind a {@link #pgBouncer pooler} always {@link
         *     ResetPolicy#TRANSACTION_ONLY}
         * @return this builder
         */
        public Builder reset(ResetPolicy policy) {
            return tunePool(pool -> pool.reset(policy));
        }

        Builder tunePool(UnaryOperator<PoolOptions> change) {
            pool = change.apply(pool);
            return this;
        }

        /**
         * Sets what the server shows of the connections, in {@code pg_stat_activity} and in its log.
         *
         * @param name 1 to 63 printable characters of ASCII; default {@code r2dbc-postgresql}
         * @return this builder
         * @throws IllegalArgumentException if it is not
         */
        public Builder applicationName(String name) {
            startup = startup.withApplicationName(name);
            return this;
        }

        /**
         * Sets the limit for every statement that its transaction sets none for, COMMIT among them. Not behind a {@link
         * #pgBouncer pooler}.
         *
         * @param limit 1 ms to 2147483647 ms; default: what the server says
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder statementTimeout(Duration limit) {
            startup = startup.withTimeouts(startup.timeouts().withStatement(limit));
            return this;
        }

        /**
         * Sets the limit for waiting for a lock, in every statement that its transaction sets none for. Not behind a {@link
         * #pgBouncer pooler}.
         *
         * @param limit 1 ms to 2147483647 ms; default: what the server says
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder lockTimeout(Duration limit) {
            startup = startup.withTimeouts(startup.timeouts().withLock(limit));
            return this;
        }

        /**
         * Sets how long a transaction may send nothing before the server ends its connection, where its options set no {@code
         * idleTimeout}. Not behind a {@link #pgBouncer pooler}.
         *
         * @param limit 1 ms to 2147483647 ms; default: what the server says
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder idleInTransactionTimeout(Duration limit) {
            startup = startup.withTimeouts(startup.timeouts().withIdleInTransaction(limit));
            return this;
        }

        /**
         * Sets how often the server looks, while a statement runs, whether this process is still there: one that is gone leaves
         * its locks behind until the statement ends or this is noticed. Behind a {@link #pgBouncer pooler} the server's.
         *
         * @param interval 1 ms to 2147483647 ms, or zero to leave it to the server, which some systems need that cannot tell
         *     (servers on Windows); default 10 s
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder clientCheckInterval(Duration interval) {
            startup = startup.withTimeouts(startup.timeouts().withClientCheck(interval));
            return this;
        }

        /**
         * Sets the time zone of the connections: what {@code now()::date} is, and how the server reads and writes times without
         * a zone.
         *
         * @param zone default UTC, whatever that of this process is
         * @return this builder
         */
        public Builder timeZone(ZoneId zone) {
            startup = startup.withTimeZone(zone);
            return this;
        }

        /**
         * Sets where names without a schema are looked for. Not behind a {@link #pgBouncer pooler}.
         *
         * @param schemas as PostgreSQL reads {@code search_path}: names with commas between them, such as {@code app, public};
         *     default: what the server says
         * @return this builder
         * @throws IllegalArgumentException if it is blank or has control characters in it
         */
        public Builder searchPath(String schemas) {
            startup = startup.withSearchPath(schemas);
            return this;
        }

        /**
         * Sets what is encrypted, and what is checked.
         *
         * @param mode default {@code VERIFY_FULL}, the only one that makes sure of the server; on this machine ({@code
         *     localhost}, 127.0.0.0/8, ::1) {@code DISABLE}. With a weaker one for another host {@link #build} warns, unless
         *     {@link #insecure} says that it is meant
         * @return this builder
         * @throws IllegalArgumentException if it is {@code TUNNEL}, which the driver has deprecated
         */
        public Builder sslMode(SSLMode mode) {
            tls = tls.withMode(mode);
            return this;
        }

        /**
         * Says that the server need not be made sure of: without {@link #sslMode} nothing is encrypted, wherever the server is;
         * with a mode weaker than {@code VERIFY_FULL} there is no warning; and a password may be sent in clear text, if {@link
         * #requireAuth} allows that. Whoever is on the way can then read and change everything.
         *
         * @return this builder
         */
        public Builder insecure() {
            return insecure(true);
        }

        Builder insecure(boolean meant) {
            tls = tls.withInsecure(meant);
            return this;
        }

        /**
         * Sets how the server may have the user prove who he is. A server that asks for anything else is given up before a
         * password, or anything made of it, is sent, and it is not tried again by itself.
         *
         * @param methods at least one; default {@code SCRAM_SHA_256} and {@code NONE}. {@code PASSWORD} is needed for the tokens
         *     of cloud providers; the password is sent in clear text only if {@link #sslMode} makes sure of the server ({@code
         *     VERIFY_FULL}, or {@code VERIFY_CA} with {@link #sslRootCert}), if the server is on this machine, or with {@link
         *     #insecure}
         * @return this builder
         * @throws IllegalArgumentException if there is none
         */
        public Builder requireAuth(AuthenticationMethod... methods) {
            return requireAuth(Set.of(methods));
        }

        Builder requireAuth(Set<AuthenticationMethod> methods) {
            wire = wire.withMethods(methods);
            return this;
        }

        /**
         * Sets how often at most a server may have the password hashed in {@code SCRAM_SHA_256}, which is done on the event loop
         * of the connection. One that asks for more is given up before it is done.
         *
         * @param most at least 4096; default 100000
         * @return this builder
         * @throws IllegalArgumentException if it is less
         */
        public Builder maxScramIterations(int most) {
            wire = wire.withScramIterations(most);
            return this;
        }

        /**
         * Sets how long one message of the server may be, of which a row is one, and an answer of COPY. A longer one, and one
         * that is none, costs the connection, and what waits for it fails.
         *
         * @param bytes 65536 to 1073741824; default 67108864 (64 MiB)
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder maxMessageSize(long bytes) {
            wire = wire.withMessageSize(bytes);
            return this;
        }

        /**
         * Sets which certificates are trusted.
         *
         * @param file X.509 certificates in PEM, read by {@link #build}; only with {@link #sslMode} {@code VERIFY_CA} or {@code
         *     VERIFY_FULL}; default: what the JVM trusts
         * @return this builder
         */
        public Builder sslRootCert(Path file) {
            tls = tls.withRootCertificate(file);
            return this;
        }

        /**
         * Sets the certificate the server is shown.
         *
         * @param file X.509 certificates in PEM, read by {@link #build}; only together with {@link #sslKey}; default:
         *     the driver's, {@code ~/.postgresql/postgresql.crt} with {@code postgresql.pk8} if both are there
         * @return this builder
         */
        public Builder sslCert(Path file) {
            tls = tls.withCertificate(file);
            return this;
        }

        /**
         * Sets the key of the certificate the server is shown.
         *
         * @param file a PKCS#8 key in PEM without a password, read by {@link #build}; only together with {@link #sslCert}
         * @return this builder
         */
        public Builder sslKey(Path file) {
            tls = tls.withKey(file);
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
         * Sets how long what runs may go on when {@link ReactiveSessions#close} is subscribed, until it is ended.
         *
         * @param grace 0 to 24 h; zero ends it at once; default 30 s
         * @return this builder
         */
        public Builder closeGrace(Duration grace) {
            return preparing(builder -> builder.closeGrace(grace));
        }

        /**
         * Adds somebody who hears how transactions end, and whatever else {@link SessionListener} tells.
         *
         * @param another hears after those that were added before; default: nobody
         * @return this builder
         */
        public Builder listener(SessionListener another) {
            listener = SessionListener.all(
                    List.of(listener, Objects.requireNonNull(another, "listener must not be null")));
            return this;
        }

        /**
         * Sets after what time a session that gets nowhere is named in the log, and after what time it is ended, see {@link
         * ReactiveSessionsBuilder#watch}.
         *
         * @param options default: {@link WatchOptions#defaults()}
         * @return this builder
         */
        public Builder watch(WatchOptions options) {
            watching =
                    Objects.requireNonNull(options, "watch must not be null; use WatchOptions.defaults().noWarnings()");
            return this;
        }

        /** Changes what was set by {@link #watch}. */
        Builder tuneWatch(UnaryOperator<WatchOptions> change) {
            return watch(change.apply(watching));
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
            prepared = true;
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
            prepared |= !kept.isEmpty();
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
         *     connection is used before its last COMMIT is answered; default {@code false}, behind a
         *     {@link #pgBouncer pooler} always {@code true}
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
         * @param allowed default {@code true}; without effect together with {@link #autocommitWrites autocommitWrites(true)};
         *     behind a {@link #pgBouncer pooler} always {@code false}
         * @return this builder
         */
        public Builder overlap(boolean allowed) {
            overlap = allowed;
            return this;
        }

        /**
         * Says that the address is that of PgBouncer in transaction mode, or of anything else that may give every transaction
         * another server connection: a pinning or balancing proxy.
         *
         * <p>Connections are opened with start-up parameters that PgBouncer knows, statements are not prepared by name, and
         * nothing is sent that outlives a transaction. There is no guard, so BEGIN is awaited and COMMIT is answered before
         * anybody uses the connection: a transaction costs its exchanges and two round trips, whatever it sets. Sessions without
         * a transaction can write; each of their statements may run on another server connection. Nothing is cancelled on the
         * server, because a request to cancel has no address but a server connection, which may be somebody else's by then.
         *
         * <p>Without this, a connection that is refused as PgBouncer refuses it is opened like this, and so is every later one,
         * with a warning.
         *
         * @return this builder
         */
        public Builder pgBouncer() {
            return pgBouncer(true);
        }

        Builder pgBouncer(boolean present) {
            pooler = present;
            return this;
        }

        /**
         * Sets whether the text of every statement is logged at INFO, see {@link ReactiveSessionsBuilder#echo}.
         *
         * @param loud default {@code false}; with {@code true} and the preset {@code production}, {@link #build} warns
         * @return this builder
         */
        public Builder echo(boolean loud) {
            return tuneLogs(options -> options.echo(loud));
        }

        /**
         * Sets whether values that are bound to statements are logged with their texts, see
         * {@link LogOptions#echoParameters}. Dangerous: whoever reads the log reads what is in the database.
         *
         * @param shown default {@code false}; with {@code true} and the preset {@code production}, {@link #build} warns
         * @return this builder
         */
        public Builder echoParameters(boolean shown) {
            return tuneLogs(options -> options.echoParameters(shown));
        }

        /**
         * Sets what is written to the log, all of it; {@link #echo} and {@link #echoParameters} change it afterwards.
         *
         * @param options default: {@link LogOptions#defaults()}
         * @return this builder
         */
        public Builder logs(LogOptions options) {
            logs = Objects.requireNonNull(options, "logs must not be null; use LogOptions.defaults()");
            return this;
        }

        /** Changes what is written to the log. */
        Builder tuneLogs(UnaryOperator<LogOptions> change) {
            logs = change.apply(logs);
            return this;
        }

        /** The figures of the pool for a kind of environment. */
        Builder preset(PoolOptions options) {
            production = options.equals(PoolOptions.production());
            return pool(options);
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
         * @throws IllegalArgumentException if database or user is missing; if a file for TLS cannot be read or would not be used, or
         *     {@link #insecure} goes together with {@code VERIFY_FULL};
         *     if {@link PoolOptions#createTimeout()} is longer than {@link PoolOptions#acquireTimeout()}; or if {@link
         *     #pgBouncer} goes together with {@code overlap(true)}, {@code autocommitWrites(false)}, {@link #onConnect}, {@link
         *     #initSql}, {@link #statementTimeout}, {@link #lockTimeout}, {@link #idleInTransactionTimeout}, {@link
         *     #clientCheckInterval}, {@link #searchPath}, {@link #reset} {@code ALWAYS} or {@code NEVER_REUSE}, or options
         *     of {@link TimeLimits#serverCancel}
         */
        public ReactiveSessions build() {
            if (logs.echoParameters() && production) {
                log.warn(
                        "echoParameters is on in production: the values that are bound to statements are written to the log,"
                                + " whatever they are. Leave echoParameters out (DATABASE_ECHO_PARAMETERS).");
            }
            if (logs.echo() && production) {
                log.warn(
                        "echo is on in production: the text of every statement is written to the log. Leave echo out"
                                + " (DATABASE_ECHO, SQL_ECHO), and set org.reactivesessions.sql to DEBUG for a while when you need it.");
            }
            address.endpoints().forEach(this::warnOfWeakness);
            return new Assembly(
                            address,
                            target,
                            startup,
                            tls,
                            wire,
                            pool,
                            limits,
                            resilience,
                            autocommitWrites,
                            overlap,
                            prepared,
                            logs,
                            listener,
                            watching,
                            preparation)
                    .sessions(pooler);
        }

        private void warnOfWeakness(Endpoint host) {
            String weakness = tls.weaknessFor(host.host());
            if (weakness != null) {
                log.warn(
                        "Connections to {}: {}. Leave sslMode out (sslmode, DATABASE_SSLMODE, PGSSLMODE), which makes sure of"
                                + " the server; or say insecure() (insecure=true) if it is meant.",
                        host.host(),
                        weakness);
            }
        }

        Address address() {
            return address;
        }

        /** What was set, without the password. */
        @Override
        public String toString() {
            return "PostgresSessions[" + address + (target == null ? "" : ", target " + target) + ", " + pool + ", "
                    + ShownValue.plain(startup) + ", " + ShownValue.plain(tls) + ", " + wire + ", " + watching + ", "
                    + logs
                    + ", pgBouncer=" + pooler + "]";
        }
    }
}
