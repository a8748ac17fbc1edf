package org.reactivesessions;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.dialect.FailureClass;
import org.reactivesessions.dialect.StandardDialect;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.health.HealthProbe;
import org.reactivesessions.health.Sentinel;
import org.reactivesessions.observation.LogOptions;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.observation.WatchOptions;
import org.reactivesessions.pool.ConnectionSource;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.pool.ResetPolicy;
import org.reactivesessions.resilience.AcquisitionPolicy;
import org.reactivesessions.resilience.ResilienceOptions;
import org.reactivesessions.resilience.TransactionRetries;
import org.reactivesessions.transaction.TimeLimits;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/**
 * Makes {@link ReactiveSessions}. Not thread-safe.
 *
 * @since 0.1
 */
public final class ReactiveSessionsBuilder {

    private static final Duration LONGEST_GRACE = Duration.ofHours(24);

    private final ConnectionFactory connectionFactory;
    private ConnectionFactory healthConnections;
    private Dialect dialect = new StandardDialect();
    private PoolOptions pool = PoolOptions.defaults();
    private final List<Function<? super Connection, ? extends Publisher<Void>>> preparation = new ArrayList<>();
    private TimeLimits limits = TimeLimits.defaults();
    private Duration healthTimeout = Duration.ofSeconds(1);
    private LogOptions logs = LogOptions.defaults();
    private Duration closeGrace = Duration.ofSeconds(30);
    private ResilienceOptions resilience = ResilienceOptions.defaults();
    private SessionListener listener = SessionListener.none();
    private WatchOptions watching = WatchOptions.defaults();

    ReactiveSessionsBuilder(ConnectionFactory connectionFactory) {
        this.connectionFactory = Objects.requireNonNull(connectionFactory, "connectionFactory must not be null");
        this.healthConnections = connectionFactory;
    }

    /**
     * Sets where the one connection of {@link ReactiveSessions#health} comes from.
     *
     * @param factory opens connections that see what an operator has set for everybody, where those of the pool do not;
     *     default: the pool's
     * @return this builder
     */
    public ReactiveSessionsBuilder healthConnections(ConnectionFactory factory) {
        healthConnections = Objects.requireNonNull(factory, "healthConnections must not be null");
        return this;
    }

    /**
     * Sets how the database is spoken to.
     *
     * @param newDialect default: {@link StandardDialect}
     * @return this builder
     */
    public ReactiveSessionsBuilder dialect(Dialect newDialect) {
        dialect = Objects.requireNonNull(newDialect, "dialect must not be null");
        return this;
    }

    /**
     * Sets the most physical connections.
     *
     * @param size at least 1; default 10
     * @return this builder
     * @throws IllegalArgumentException if {@code size} is less than 1
     */
    public ReactiveSessionsBuilder maxSize(int size) {
        pool = pool.maxSize(size);
        return this;
    }

    /**
     * Sets all settings of the pool.
     *
     * @param options default: {@link PoolOptions#defaults()}
     * @return this builder
     */
    public ReactiveSessionsBuilder pool(PoolOptions options) {
        pool = Objects.requireNonNull(options, "pool must not be null");
        return this;
    }

    /**
     * Sets when a connection is reset at the end of a scope, so that nothing a scope did to its session is seen by the next.
     *
     * @param policy default {@link ResetPolicy#WHEN_DIRTY}; {@link ResetPolicy#ALWAYS} needs a {@link #dialect} that can
     * @return this builder
     */
    public ReactiveSessionsBuilder reset(ResetPolicy policy) {
        pool = pool.reset(policy);
        return this;
    }

    /**
     * Sets how long BEGIN, COMMIT and undoing may take.
     *
     * @param newLimits default: {@link TimeLimits#defaults()}
     * @return this builder
     */
    public ReactiveSessionsBuilder limits(TimeLimits newLimits) {
        limits = Objects.requireNonNull(newLimits, "limits must not be null");
        return this;
    }

    /**
     * Sets how the acquisition of a connection bears faults of the database.
     *
     * @param options default: {@link ResilienceOptions#defaults()}
     * @return this builder
     */
    public ReactiveSessionsBuilder resilience(ResilienceOptions options) {
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
    public ReactiveSessionsBuilder healthTimeout(Duration limit) {
        if (limit.isZero() || limit.isNegative()) {
            throw new IllegalArgumentException("healthTimeout must be > 0, but was " + limit);
        }
        healthTimeout = limit;
        return this;
    }

    /**
     * Sets how long what runs may go on when {@link ReactiveSessions#close} is subscribed, until it is ended.
     *
     * @param grace 0 to 24 h; zero ends it at once; default 30 s
     * @return this builder
     * @throws IllegalArgumentException if it is out of that range
     */
    public ReactiveSessionsBuilder closeGrace(Duration grace) {
        if (grace.isNegative() || grace.compareTo(LONGEST_GRACE) > 0) {
            throw new IllegalArgumentException("closeGrace must be >= 0 and at most 24 h, but was " + grace);
        }
        closeGrace = grace;
        return this;
    }

    /**
     * Sets whether the text of every statement is logged when it is sent, with the name of its scope, and BEGIN, COMMIT and
     * ROLLBACK with them; values that are bound to it are not. For developing: what the text itself contains is in the log.
     *
     * @param loud {@code true} for INFO, default {@code false} for DEBUG, both of the logger {@code org.reactivesessions.sql}
     * @return this builder
     */
    public ReactiveSessionsBuilder echo(boolean loud) {
        logs = logs.echo(loud);
        return this;
    }

    /**
     * Sets whether values that are bound to statements are logged with their texts, see {@link LogOptions#echoParameters}.
     * Dangerous: whoever reads the log reads what is in the database.
     *
     * @param shown default {@code false}
     * @return this builder
     */
    public ReactiveSessionsBuilder echoParameters(boolean shown) {
        logs = logs.echoParameters(shown);
        return this;
    }

    /**
     * Sets what is written to the log, all of it; {@link #echo} and {@link #echoParameters} change it afterwards.
     *
     * @param options default: {@link LogOptions#defaults()}
     * @return this builder
     */
    public ReactiveSessionsBuilder logs(LogOptions options) {
        logs = Objects.requireNonNull(options, "logs must not be null; use LogOptions.defaults()");
        return this;
    }

    /**
     * Adds somebody who hears how transactions end, and whatever else {@link SessionListener} tells.
     *
     * @param another hears after those that were added before; default: nobody
     * @return this builder
     */
    public ReactiveSessionsBuilder listener(SessionListener another) {
        listener = SessionListener.all(List.of(listener, Objects.requireNonNull(another, "listener must not be null")));
        return this;
    }

    /**
     * Sets after what time a session that gets nowhere is named in the log, and of how many it is remembered where they were
     * assembled.
     *
     * @param options default: {@link WatchOptions#defaults()}
     * @return this builder
     */
    public ReactiveSessionsBuilder watch(WatchOptions options) {
        watching = Objects.requireNonNull(options, "watch must not be null; use WatchOptions.defaults().noWarnings()");
        return this;
    }

    /**
     * Sets what is done with every new physical connection before its first scope gets it, within the time to create one, and
     * again after every reset, which takes away what was set. Its error closes the connection; when it is opened it reaches
     * whoever waits for it. To be called once or more; what is added later runs later.
     *
     * @param step makes what is subscribed from the driver's connection, which it must neither close nor keep
     * @return this builder
     */
    public ReactiveSessionsBuilder onConnect(Function<? super Connection, ? extends Publisher<Void>> step) {
        Objects.requireNonNull(step, "onConnect must not be null");
        preparation.add(step);
        return this;
    }

    /**
     * Sets SQL that is run on every new physical connection, see {@link #onConnect}: such as {@code SET search_path = app}.
     *
     * @param statements each is sent by itself, in order
     * @return this builder
     * @throws IllegalArgumentException if one is blank
     */
    public ReactiveSessionsBuilder initSql(String... statements) {
        for (String sql : statements) {
            if (sql.isBlank()) {
                throw new IllegalArgumentException("initSql must not be blank");
            }
            onConnect(connection -> Flux.defer(
                            () -> connection.createStatement(sql).execute())
                    .concatMap(Result::getRowsUpdated)
                    .then());
        }
        return this;
    }

    /**
     * Makes the sessions. No connection is opened before the first transaction.
     *
     * @return sessions that own their pool; close them
     * @throws IllegalArgumentException if the connection factory is a pool, or the dialect cannot do what {@link #reset} asks
     */
    public ReactiveSessions build() {
        AcquisitionPolicy policy = new AcquisitionPolicy(
                resilience,
                error -> dialect.classify(LifePhase.ACQUIRING, error) == FailureClass.OUTAGE,
                listener,
                System::nanoTime);
        ConnectionSource source = new ConnectionSource(
                connectionFactory,
                preparation(),
                dialect,
                pool,
                policy,
                listener,
                Schedulers.parallel(),
                System::nanoTime);
        HealthProbe probe = new HealthProbe(
                healthConnections,
                dialect,
                healthTimeout,
                source::status,
                policy::state,
                source::renew, // what was opened meanwhile may lead to the standby
                Schedulers.parallel(),
                System::nanoTime);
        Sentinel sentinel =
                new Sentinel(dialect.overridesReadOnly() ? probe : null, Schedulers.parallel(), policy::mayAnswerAgain);
        return new DefaultReactiveSessions(
                source,
                policy,
                new TransactionRetries(resilience, policy),
                probe,
                sentinel,
                dialect,
                limits,
                closeGrace,
                logs,
                listener,
                watching);
    }

    private Function<Connection, Publisher<Void>> preparation() {
        List<Function<? super Connection, ? extends Publisher<Void>>> steps = List.copyOf(preparation);
        return connection -> Flux.fromIterable(steps)
                .concatMap(step -> step.apply(connection))
                .then();
    }
}
