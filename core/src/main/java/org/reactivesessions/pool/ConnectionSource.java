package org.reactivesessions.pool;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.pool.PoolMetrics;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.ValidationDepth;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.dialect.WriteGuard;
import org.reactivesessions.error.DatabaseRefusedException;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.FailureKind;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.Reason;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.pool.PoolAcquirePendingLimitException;
import reactor.pool.PoolShutdownException;
import reactor.pool.PooledRefMetadata;

/**
 * Where leases come from: an r2dbc-pool with finite limits that hands out no connection known to be closed, or inside a
 * transaction, and takes none back that is.
 *
 * <p><strong>Threads:</strong> thread-safe. <strong>Ownership:</strong> owns the pool and its connections; {@link #close}
 * ends both.
 *
 * @since 0.1
 */
public final class ConnectionSource {

    private static final Logger log = LoggerFactory.getLogger(ConnectionSource.class);

    private static final int HOLDERS_NAMED = 3;
    private static final Duration REST_LOOK = Duration.ofMillis(1);

    private final PhysicalConnections connections;
    private final ConnectionPool pool;
    private final PoolMetrics metrics;
    private final Dialect dialect;
    private final PoolOptions options;
    private final boolean handsOver;
    /** Who waits in the pool's queue, in about its order; only where connections are handed over. */
    private final Queue<Acquisition> waiting = new ConcurrentLinkedQueue<>();
    /**
     * The pool answers a second call at once, although the first may still be closing connections, and waits neither for those
     * that are in use nor for those that are being opened.
     */
    private final Mono<Void> closing;

    /**
     * Creates a source; it opens no connection before the first acquisition.
     *
     * @param factory the driver's factory, not a pool
     * @param dialect tells whether a connection is inside a transaction
     * @param options size and limits
     * @throws IllegalArgumentException if {@code factory} is a pool, or the options contradict each other
     */
    public ConnectionSource(ConnectionFactory factory, Dialect dialect, PoolOptions options) {
        this(factory, connection -> Mono.empty(), dialect, options, ConnectObserver.none());
    }

    /**
     * Creates a source that prepares its connections; it opens none before the first acquisition.
     *
     * @param factory the driver's factory, not a pool
     * @param preparation what is done with every new connection before anybody gets it, within the time to create one; its
     *     error closes the connection and is what the acquisition fails with
     * @param dialect tells whether a connection is inside a transaction
     * @param options size and limits
     * @param observer hears of every attempt to open a connection
     * @throws IllegalArgumentException if {@code factory} is a pool, or the options contradict each other
     */
    public ConnectionSource(
            ConnectionFactory factory,
            Function<? super Connection, ? extends Publisher<Void>> preparation,
            Dialect dialect,
            PoolOptions options,
            ConnectObserver observer) {
        if (factory instanceof ConnectionPool) {
            throw new IllegalArgumentException("connectionFactory must be the driver's, but was the pool " + factory
                    + "; this library brings its own pool, so pass the factory that pool was built on");
        }
        this.dialect = dialect;
        this.options = options.requireConsistent();
        this.handsOver = handsOver(dialect.guard());
        this.connections =
                new PhysicalConnections(factory, preparation, options.createTimeout(), observer, dialect.guard());
        this.pool = new ConnectionPool(ConnectionPoolConfiguration.builder(connections)
                .initialSize(0)
                .maxSize(options.maxSize())
                .acquireRetry(0)
                .backgroundEvictionInterval(options.evictionInterval())
                .validationDepth(ValidationDepth.LOCAL)
                .customizer(builder -> builder.maxPendingAcquire(options.maxPending())
                        .idleResourceReuseMruOrder() // so that those in use stay warm, and the others grow old
                        .evictionPredicate(this::isSpent)
                        .destroyHandler(connection -> Mono.fromDirect(connection.close())
                                .timeout(options.destroyTimeout())
                                .onErrorComplete()))
                .build());
        this.metrics = pool.getMetrics().orElseThrow();
        this.closing = atRest().then(Mono.defer(pool::disposeLater))
                .then(connections.closeAll(options.destroyTimeout()))
                .cache();
    }

    /**
     * Prepares an attempt to get a connection.
     *
     * @param receiver gets it
     * @param who the name of the scope that needs it, for messages
     * @param takesOver whether it can do with a connection whose last command is not answered yet
     * @return an attempt that does nothing before {@link Acquisition#start}
     */
    public Acquisition acquisition(Acquisition.Receiver receiver, String who, boolean takesOver) {
        return new Acquisition(pool.create(), this, receiver, who, takesOver);
    }

    private static boolean handsOver(@Nullable WriteGuard guard) {
        return guard != null && guard.overlaps();
    }

    void queued(Acquisition acquisition) {
        if (handsOver) {
            waiting.add(acquisition);
        }
    }

    void left(Acquisition acquisition) {
        waiting.remove(acquisition);
    }

    /**
     * Who has waited longest, taken out of every queue, if he takes over a connection that is not answered. Who does not is
     * not overtaken either. Nobody, unless every connection there may be is in use: otherwise one is idle, or being opened
     * for whoever waits.
     */
    @Nullable
    Acquisition longestWaiting() {
        if (metrics.acquiredSize() < options.maxSize()) {
            return null;
        }
        for (Acquisition first = waiting.peek(); first != null; first = waiting.peek()) {
            if (first.isPending() && !first.takesOver()) {
                return null;
            }
            if (waiting.remove(first) && first.claim()) {
                return first;
            }
        }
        return null;
    }

    /** How many wait for a connection that is handed over, or are about to be taken off. */
    int queued() {
        return waiting.size();
    }

    /** Whether it was heard of so lately that it is taken for alive. */
    boolean isAlive(PhysicalConnection connection) {
        return connection.silence().compareTo(options.aliveWindow()) < 0;
    }

    /** Whether the pool would close it if it were given back now. */
    boolean isAged(PhysicalConnection connection) {
        return connection.age().compareTo(options.maxLifeTime()) >= 0;
    }

    /**
     * Returns how long an acquisition may take.
     *
     * @return more than zero
     */
    public Duration acquireTimeout() {
        return options.acquireTimeout();
    }

    /**
     * Looks at the pool.
     *
     * @return its figures at this moment
     */
    public PoolStatus status() {
        return new PoolStatus(
                metrics.acquiredSize(),
                metrics.idleSize(),
                metrics.pendingAcquireSize(),
                metrics.allocatedSize(),
                options.maxSize());
    }

    /**
     * Tells what the connections lead to.
     *
     * @return the driver's description
     */
    public ConnectionFactoryMetadata metadata() {
        return pool.getMetadata();
    }

    /**
     * Refuses further acquisitions, fails those that wait, and closes every connection: the idle ones, those that are being
     * opened, and in the end those that somebody still has.
     *
     * @return a cold mono that completes when no connection is left, for every subscriber, after at most
     *     twice {@link PoolOptions#createTimeout} and four times {@link PoolOptions#destroyTimeout}; not undone by a cancel
     */
    public Mono<Void> close() {
        return closing;
    }

    /**
     * Waits until every connection is idle: reactor-pool loses count, and drops errors, when it is disposed while a connection
     * comes to it from the driver or from a borrower, which it does a little after the borrower hears that it is back.
     */
    private Mono<Void> atRest() {
        return Mono.fromSupplier(() -> metrics.allocatedSize() == metrics.idleSize())
                .filter(resting -> resting)
                .repeatWhenEmpty(empty -> empty.delayElements(REST_LOOK))
                .then()
                .timeout(options.createTimeout().plus(options.destroyTimeout()), Mono.empty());
    }

    /**
     * Makes the answer to a scope whose wait for a connection is over.
     *
     * @param who the name of the scope
     * @return a new error that names the state of the pool
     */
    public Throwable timedOut(String who) {
        PoolStatus now = status();
        String figures = "no connection within " + options.acquireTimeout().toMillis() + " ms (max " + now.maxSize()
                + ", in use " + now.acquired() + ", waiting " + now.pending();
        return now.acquired() < now.maxSize()
                ? new DatabaseUnavailableException(
                        FailureKind.UNREACHABLE,
                        who,
                        figures + "). The pool has room, so the database did not accept a new connection in time; check"
                                + " that it is reachable.",
                        null)
                : new DatabaseUnavailableException(
                        FailureKind.SATURATED,
                        who,
                        figures + "; longest held by " + longestHolders()
                                + "). Raise maxSize or shorten what holds the connections.",
                        null);
    }

    /** Who has kept a connection longest, so that an operator knows where to look. */
    private String longestHolders() {
        String holders = connections.held().stream()
                .limit(HOLDERS_NAMED)
                .map(PhysicalConnection::describeHolder)
                .collect(Collectors.joining(", "));
        return holders.isEmpty() ? "nobody any more" : holders;
    }

    /** Total, because nobody else would tell the borrower: the dialect that is asked is foreign code. */
    Throwable translated(String who, Throwable error) {
        try {
            return inOurWords(who, error);
        } catch (Throwable thrown) {
            log.error("{}: an error could not be translated", who, thrown);
            return error;
        }
    }

    private Throwable inOurWords(String who, Throwable error) {
        if (error instanceof PoolAcquirePendingLimitException) {
            return new DatabaseUnavailableException(
                    FailureKind.SATURATED,
                    who,
                    "no connection: " + options.maxPending() + " scopes are waiting already, which is the limit (max "
                            + options.maxSize() + " connections, all in use; longest held by " + longestHolders()
                            + "). Raise maxSize or maxPending, or send less work.",
                    error);
        }
        if (error instanceof PoolShutdownException) {
            return new IllegalStateException(who + ": no connection: the pool is closed", error);
        }
        if (error instanceof TimeoutException) {
            return new DatabaseUnavailableException(
                    FailureKind.UNREACHABLE,
                    who,
                    "no connection: the database did not accept a new one within "
                            + options.createTimeout().toMillis() + " ms; check that it is reachable.",
                    error);
        }
        return switch (dialect.classify(LifePhase.ACQUIRING, error)) {
            case OUTAGE ->
                new DatabaseUnavailableException(
                        FailureKind.UNREACHABLE,
                        who,
                        "no connection: " + Reason.of(error) + ". Check that the database runs and is reachable.",
                        error);
            case REFUSAL ->
                new DatabaseRefusedException(
                        who,
                        "the database refused the connection: " + Reason.of(error)
                                + ". Correct user, password or database; it is not tried again by itself.",
                        error instanceof R2dbcException known ? known.getSqlState() : null,
                        error);
            default ->
                error instanceof R2dbcException
                        ? error
                        : new DatabaseUnavailableException(
                                FailureKind.REFUSED, who, "no connection: " + Reason.of(error), error);
        };
    }

    /**
     * Asked at every hand-over and every return. Total, because reactor-pool would wedge if it threw (reactor/reactor-pool
     * #255).
     */
    boolean isSpent(Connection pooled, PooledRefMetadata metadata) {
        PhysicalConnection connection = (PhysicalConnection) pooled;
        return metadata.idleTime() >= options.maxIdleTime().toMillis()
                || metadata.lifeTime() >= options.maxLifeTime().toMillis()
                || !connection.isOpen()
                || isDirty(connection);
    }

    /** Whether it is inside a transaction, or may be. */
    private boolean isDirty(PhysicalConnection connection) {
        try {
            return dialect.inTransaction(connection.driver());
        } catch (Throwable broken) {
            log.warn("A connection cannot tell whether it is inside a transaction; it will be destroyed", broken);
            return true;
        }
    }
}
