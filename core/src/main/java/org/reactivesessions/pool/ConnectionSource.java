package org.reactivesessions.pool;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.pool.PoolMetrics;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.ValidationDepth;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.dialect.SessionReset;
import org.reactivesessions.dialect.WriteGuard;
import org.reactivesessions.observation.ConnectionEnd;
import org.reactivesessions.observation.ConnectionFigures;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.wire.Residue;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
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

    private static final Logger log = LoggerFactory.getLogger("org.reactivesessions.pool");

    private static final Duration REST_LOOK = Duration.ofMillis(1);
    /** How long the pool asks for no more connections than it has, when the database has no room for another one. */
    private static final Duration NO_ROOM = Duration.ofSeconds(1);

    private final PhysicalConnections connections;
    private final ConnectionPool pool;
    private final PoolMetrics metrics;
    private final Dialect dialect;
    private final PoolOptions options;
    private final AcquisitionErrors errors;
    private final WarmUp warmUp;
    private final long aliveNanos;
    private final Duration validationTimeout;
    private final LongAdder timeouts = new LongAdder();
    private final Trust trust;
    private final ReconnectPace pace;
    private final RoomToOpen room;
    private final ServerSigns signs;
    private final ConnectionBook book;
    private final @Nullable SessionReset reset;
    private final Admission admission;
    private final WaitingLine line;
    private final Intake intake;
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
     * @throws IllegalArgumentException if {@code factory} is a pool, or the options contradict each other or the dialect
     */
    public ConnectionSource(ConnectionFactory factory, Dialect dialect, PoolOptions options) {
        this(
                factory,
                connection -> Mono.empty(),
                dialect,
                options,
                ConnectObserver.none(),
                Schedulers.parallel(),
                System::nanoTime);
    }

    /**
     * Creates a source that prepares its connections, and tells nobody what becomes of them.
     *
     * @param factory the driver's factory, not a pool
     * @param preparation what is done with every new connection before anybody gets it
     * @param dialect tells whether a connection is inside a transaction
     * @param options size and limits
     * @param observer hears of every attempt to open a connection
     * @param timer looks at idle connections, and counts those that are kept, now and then
     * @param nanoTime a monotonic clock in nanoseconds
     * @throws IllegalArgumentException if {@code factory} is a pool, or the options contradict each other or the dialect
     */
    public ConnectionSource(
            ConnectionFactory factory,
            Function<? super Connection, ? extends Publisher<Void>> preparation,
            Dialect dialect,
            PoolOptions options,
            ConnectObserver observer,
            Scheduler timer,
            LongSupplier nanoTime) {
        this(factory, preparation, dialect, options, observer, SessionListener.none(), timer, nanoTime);
    }

    /**
     * Creates a source that prepares its connections; it opens none before the first acquisition.
     *
     * @param factory the driver's factory, not a pool
     * @param preparation what is done with every new connection before anybody gets it, within the time to create one, and
     *     again after a reset; its error closes the connection and is what the acquisition fails with
     * @param dialect tells whether a connection is inside a transaction
     * @param options size and limits
     * @param observer hears of every attempt to open a connection
     * @param listener hears what becomes of each
     * @param timer looks at idle connections, and counts those that are kept, now and then
     * @param nanoTime a monotonic clock in nanoseconds
     * @throws IllegalArgumentException if {@code factory} is a pool, or the options contradict each other or the dialect
     */
    public ConnectionSource(
            ConnectionFactory factory,
            Function<? super Connection, ? extends Publisher<Void>> preparation,
            Dialect dialect,
            PoolOptions options,
            ConnectObserver observer,
            SessionListener listener,
            Scheduler timer,
            LongSupplier nanoTime) {
        if (factory instanceof ConnectionPool) {
            throw new IllegalArgumentException("connectionFactory must be the driver's, but was the pool " + factory
                    + "; this library brings its own pool, so pass the factory that pool was built on");
        }
        this.dialect = dialect;
        this.options = options.requireConsistent();
        this.reset = dialect.sessionReset();
        if (reset == null && options.reset() == ResetPolicy.ALWAYS) {
            throw new IllegalArgumentException(
                    "reset ALWAYS (pool-reset) needs a dialect that can reset a session, but "
                            + dialect.getClass().getSimpleName()
                            + " cannot; use NEVER_REUSE, or the dialect of your database");
        }
        this.aliveNanos = options.aliveWindow().toNanos();
        this.validationTimeout = options.validationTimeout();
        this.trust = new Trust(nanoTime);
        this.pace = new ReconnectPace(
                options.maxSize(),
                options.reconnectRate(),
                timer,
                nanoTime,
                () -> ThreadLocalRandom.current().nextDouble());
        this.room = new RoomToOpen(options.maxSize(), NO_ROOM, nanoTime);
        this.signs = new ServerSigns(dialect, trust, pace, room, observer, this::open);
        this.book = new ConnectionBook(listener);
        this.connections = new PhysicalConnections(
                factory,
                preparation,
                options.createTimeout(),
                pace,
                signs,
                book,
                dialect,
                new LifeTimes(
                        options.maxLifeTime(), () -> ThreadLocalRandom.current().nextDouble()),
                nanoTime);
        this.pool = new ConnectionPool(ConnectionPoolConfiguration.builder(connections)
                .initialSize(0)
                .maxSize(options.maxSize())
                .acquireRetry(0)
                .validationDepth(ValidationDepth.LOCAL)
                .customizer(builder -> builder.maxPendingAcquireUnbounded() // bounded by the admission
                        .allocationStrategy(room)
                        .clock(new MonotonicClock(nanoTime))
                        .evictInBackground(options.evictionInterval(), timer)
                        .idleResourceReuseMruOrder() // so that those in use stay warm, and the others grow old
                        .evictionPredicate(this::isSpent)
                        .destroyHandler(connection -> Mono.fromDirect(connection.close())
                                .timeout(options.destroyTimeout())
                                .onErrorComplete()))
                .build());
        this.metrics = pool.getMetrics().orElseThrow();
        this.errors = new AcquisitionErrors(options, dialect, connections, room, this::status);
        this.admission = new Admission(options.maxPending(), room);
        this.line = new WaitingLine(handsOver(dialect.guard()), options.maxSize(), metrics);
        this.intake = new Intake(options.waitTarget(), metrics, room, errors, nanoTime);
        room.whenRested(timer, new PoolNudge(pool, metrics)::nudge);
        this.warmUp =
                new WarmUp(Mono.defer(pool::create), metrics, options.coreSize(), options.evictionInterval(), timer);
        this.closing = atRest().then(
                        Mono.defer(pool::disposeLater).onErrorComplete()) // one that breaks is closed as well
                .then(connections.closeAll(options.destroyTimeout()))
                .cache();
    }

    /**
     * Prepares an attempt to get a connection.
     *
     * @param receiver gets it
     * @param who the name of the scope that needs it, for messages
     * @param takesOver whether it can do with a connection whose last command is not answered yet
     * @param mayBeShed whether it may be refused for having to wait too long, see {@link PoolOptions#waitTarget}
     * @return an attempt that does nothing before {@link Acquisition#start}
     */
    public Acquisition acquisition(Acquisition.Receiver receiver, String who, boolean takesOver, boolean mayBeShed) {
        return new Acquisition(pool.create(), this, receiver, who, takesOver, mayBeShed);
    }

    /**
     * Prepares an attempt that is never refused for having to wait.
     *
     * @param receiver gets it
     * @param who the name of the scope that needs it, for messages
     * @param takesOver whether it can do with a connection whose last command is not answered yet
     * @return an attempt that does nothing before {@link Acquisition#start}
     */
    public Acquisition acquisition(Acquisition.Receiver receiver, String who, boolean takesOver) {
        return acquisition(receiver, who, takesOver, false);
    }

    private int open() {
        return connections.count();
    }

    private static boolean handsOver(@Nullable WriteGuard guard) {
        return guard != null && guard.overlaps();
    }

    /** Somebody has asked for a connection, which is among those to be kept. */
    void keepWarm() {
        warmUp.start();
    }

    Admission admission() {
        return admission;
    }

    WaitingLine line() {
        return line;
    }

    Intake intake() {
        return intake;
    }

    /** Whether it was heard of so lately that it is taken for alive. */
    boolean isAlive(PhysicalConnection connection) {
        return connection.wasHeardWithin(aliveNanos) && !trust.isDoubted(connection);
    }

    /** Whether the pool would close it if it were given back now. */
    boolean isAged(PhysicalConnection connection) {
        return connection.isAged() || trust.isOfBefore(connection);
    }

    /** How long one that is not taken for alive may take to answer. */
    Duration validationTimeout() {
        return validationTimeout;
    }

    /**
     * Lets nobody have a connection any more that lies idle now: one that seemed to be there has not answered, so the others may
     * lead to where nobody answers. They are closed when the pool comes across them. One that is in use proves itself by answering.
     * New ones are opened one by one until one was. The pool does the same by itself when a new connection cannot be opened.
     */
    public void distrustIdle() {
        signs.unanswered();
    }

    /** Whether it was open when another one was found not to answer, so that its loss is no news. */
    boolean isOfTheLost(PhysicalConnection connection) {
        return trust.isOfTheLost(connection);
    }

    /**
     * Keeps no connection that is open now: idle ones are closed when the pool comes across them, which takes 30 s at most, and
     * those in use when they are given back.
     */
    public void renew() {
        trust.renew();
    }

    /**
     * A connection on which a transaction was to write leads to a database that takes no writes: so may all the others, and none
     * that is open now is kept, see {@link #renew}. Once a second at most, because new ones may lead there as well.
     *
     * @return whether they are replaced now
     */
    public boolean demoted() {
        boolean due = trust.demote();
        if (due) {
            log.warn(
                    "A connection leads to a database that takes no writes, perhaps a primary of before; all connections"
                            + " are replaced");
        }
        return due;
    }

    /**
     * Opens those of the connections to be kept that are missing, and keeps them from now on.
     *
     * @return a cold mono that completes when each was opened, or could not be, of which it says nothing
     */
    public Mono<Void> warmUp() {
        return Mono.defer(() -> {
            Mono<Void> filled = warmUp.fill();
            warmUp.start();
            return filled;
        });
    }

    /**
     * What has to happen to a connection on which this was left. A dialect that can reset a session knows SET LOCAL.
     * What should be reset, and cannot be, is not used again.
     */
    Reuse reuse(Residue residue) {
        Residue left = residue == Residue.LOCAL && reset != null ? Residue.NONE : residue;
        Reuse wanted = options.reset().reuse(left);
        return wanted == Reuse.AFTER_RESET && reset == null ? Reuse.NEVER : wanted;
    }

    /** Takes away what was left, and does again what was done when the connection was opened, which may go with it. */
    Mono<Void> reset(Connection driver) {
        SessionReset dialects = reset;
        return dialects == null
                ? Mono.empty()
                : Mono.fromDirect(dialects.reset(driver))
                        .then(Mono.defer(() -> Mono.fromDirect(connections.prepared(driver))));
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
                idle(),
                metrics.pendingAcquireSize(),
                metrics.allocatedSize(),
                options.maxSize(),
                options.coreSize(),
                timeouts.sum(),
                intake.refused(),
                options.maxPending());
    }

    /** The pool counts a connection a little after it can be taken, and destroyed, so for a moment it may have one too few. */
    private int idle() {
        return Math.max(0, metrics.idleSize());
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
     * Counts what has become of connections, of each once.
     *
     * @return the figures since the source was made
     */
    public ConnectionFigures figures() {
        return book.figures();
    }

    /**
     * Refuses further acquisitions, fails those that wait, and closes every connection: the idle ones, those that are being
     * opened, and in the end those that somebody still has.
     *
     * @return a cold mono that completes when no connection is left, for every subscriber, after at most
     *     twice {@link PoolOptions#createTimeout} and four times {@link PoolOptions#destroyTimeout}; not undone by a cancel
     */
    public Mono<Void> close() {
        return Mono.fromRunnable(() -> {
                    connections.end();
                    warmUp.close();
                    pace.close();
                })
                .then(closing);
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
        return errors.timedOut(who);
    }

    /**
     * Makes the answer to a scope whose wait for a connection is over, and counts that for {@link PoolStatus#timeouts()}.
     *
     * @param who the name of the scope
     * @return a new error that names the state of the pool
     */
    public Throwable gaveUpWaiting(String who) {
        timeouts.increment();
        return errors.timedOut(who);
    }

    Throwable tooManyWait(String who) {
        return errors.tooManyWait(who);
    }

    Throwable translated(String who, Throwable error) {
        return errors.translated(who, error);
    }

    /**
     * Asked at every hand-over and every return. Total, because reactor-pool would wedge if it threw (reactor/reactor-pool
     * #255).
     */
    boolean isSpent(Connection pooled, PooledRefMetadata metadata) {
        PhysicalConnection connection = (PhysicalConnection) pooled;
        ConnectionEnd why = objection(connection, metadata);
        if (why != null) {
            connection.spentBy(why);
        }
        return why != null;
    }

    private @Nullable ConnectionEnd objection(PhysicalConnection connection, PooledRefMetadata metadata) {
        if (isSuperfluous(metadata)) {
            return ConnectionEnd.IDLE;
        }
        if (connection.isAged()) {
            return ConnectionEnd.AGED;
        }
        if (trust.isOfBefore(connection) || trust.isDistrusted(connection)) {
            return ConnectionEnd.DISTRUSTED;
        }
        if (!connection.isOpen()) {
            return ConnectionEnd.LOST;
        }
        return isDirty(connection) ? ConnectionEnd.UNCERTAIN : null;
    }

    private boolean isSuperfluous(PooledRefMetadata metadata) {
        return metadata.idleTime() >= options.maxIdleTime().toMillis()
                && (options.coreSize() == 0 || metrics.allocatedSize() > options.coreSize());
    }

    /** Whether it is inside a transaction, or may be. */
    private boolean isDirty(PhysicalConnection connection) {
        try {
            boolean inTransaction = dialect.inTransaction(connection.driver());
            if (inTransaction) {
                log.warn("A connection was found inside a transaction that is nobody's; it will be destroyed");
            }
            return inTransaction;
        } catch (Throwable broken) {
            log.warn("A connection cannot tell whether it is inside a transaction; it will be destroyed", broken);
            return true;
        }
    }
}
