package org.reactivesessions.transaction;

import static java.util.Objects.requireNonNull;

import io.r2dbc.spi.ConnectionFactory;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.dialect.FailureClass;
import org.reactivesessions.error.DatabaseReadOnlyException;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.health.Sentinel;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.pool.ConnectionSource;
import org.reactivesessions.resilience.AcquisitionPolicy;
import org.reactivesessions.wire.Patience;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Runs functions in transactions, and knows how many are under way.
 *
 * <p><strong>Threads:</strong> thread-safe. <strong>Ownership:</strong> uses the connection source, does not close it.
 *
 * @param <S> what a function works with
 * @since 0.1
 */
public final class Transactions<S> {

    private static final Logger log = LoggerFactory.getLogger("org.reactivesessions.transaction");
    private static final int NAMES_REMEMBERED = 1_000;
    private static final TransactionOptions SESSION =
            TransactionOptions.defaults().named("session");

    private final ConnectionSource source;
    private final Dialect dialect;
    private final Sentinel sentinel;
    private final TimeLimits limits;
    private final SessionListener listener;
    private final Function<? super Scope<S>, ? extends S> sessions;
    private final Object contextKey;
    private final Scheduler timer;
    private final LongSupplier nanoTime;
    private volatile boolean closed;
    private final Ways<S> ways;
    private final Census running = new Census();
    private final Census detached = new Census();
    private final Set<String> saidOfStreams = ConcurrentHashMap.newKeySet();

    /**
     * Creates a runner.
     *
     * @param source where connections come from
     * @param policy when the database may be asked for one
     * @param dialect how the database is spoken to
     * @param sentinel knows whether the database takes writes
     * @param limits how long the steps may take
     * @param listener hears every end
     * @param sessions makes what a function works with
     * @param contextKey under which the Context of a function's publisher holds it
     * @param timer runs deadlines
     * @param nanoTime a monotonic clock in nanoseconds
     */
    public Transactions(
            ConnectionSource source,
            AcquisitionPolicy policy,
            Dialect dialect,
            Sentinel sentinel,
            TimeLimits limits,
            SessionListener listener,
            Function<? super Scope<S>, ? extends S> sessions,
            Object contextKey,
            Scheduler timer,
            LongSupplier nanoTime) {
        this.source = source;
        this.ways = new Ways<>(
                new PoolAccess(
                        source,
                        policy,
                        new Patience(limits.queuedBehindRows(), timer, nanoTime),
                        new Holders(source.status().maxSize()),
                        timer,
                        nanoTime),
                dialect,
                sentinel,
                limits);
        this.dialect = dialect;
        this.sentinel = sentinel;
        this.limits = limits;
        this.listener = listener;
        this.sessions = sessions;
        this.contextKey = contextKey;
        this.timer = timer;
        this.nanoTime = nanoTime;
    }

    /**
     * Runs a function whose result is a single value, which is delivered after COMMIT was answered.
     *
     * @param options what the transaction shall be
     * @param function called once per subscription; what it throws ends the transaction
     * @param <T> the type of the value
     * @return a cold mono; a cancel before COMMIT is sent rolls back
     * @throws IllegalArgumentException if the options contradict each other, or a setting cannot be what it is
     * @throws UnsupportedOperationException if the options ask for something the dialect cannot do
     */
    public <T> Mono<T> mono(
            TransactionOptions options, Function<? super S, ? extends Publisher<? extends T>> function) {
        TransactionOptions consistent = checked(options);
        return TransactionMono.of(
                actual -> start(actual, consistent, ways::transaction, function, new MonoOutlet<>(actual)));
    }

    /**
     * Runs a function whose result is a stream, which is delivered as it comes; its terminal signal waits for COMMIT.
     *
     * @param options what the transaction shall be
     * @param function called once per subscription; what it throws ends the transaction
     * @param <T> the type of the elements
     * @return a cold flux; a cancel before COMMIT is sent rolls back, also when it comes from {@code take} or {@code next}
     * @throws IllegalArgumentException if the options contradict each other, or a setting cannot be what it is
     * @throws UnsupportedOperationException if the options ask for something the dialect cannot do
     */
    public <T> Flux<T> flux(
            TransactionOptions options, Function<? super S, ? extends Publisher<? extends T>> function) {
        TransactionOptions consistent = checked(options);
        return TransactionFlux.of(
                actual -> start(actual, consistent, ways::transaction, function, new FluxOutlet<>(actual)));
    }

    private TransactionOptions checked(TransactionOptions options) {
        dialect.requireSupported(options);
        return options.requireConsistent();
    }

    /**
     * Runs a function without a transaction, on a connection of its own, or on that of the scope it is in.
     *
     * @param function called once per subscription; what it throws ends the scope
     * @param <T> the type of the value
     * @return a cold mono
     */
    public <T> Mono<T> sessionMono(Function<? super S, ? extends Publisher<? extends T>> function) {
        return TransactionMono.of(actual -> start(
                actual,
                SESSION,
                (session, outer, due) -> ways.session(session, outer),
                function,
                new MonoOutlet<>(actual)));
    }

    /**
     * Runs a function without a transaction, on a connection of its own, or on that of the scope it is in.
     *
     * @param function called once per subscription; what it throws ends the scope
     * @param <T> the type of the elements
     * @return a cold flux
     */
    public <T> Flux<T> sessionFlux(Function<? super S, ? extends Publisher<? extends T>> function) {
        return TransactionFlux.of(actual -> start(
                actual,
                SESSION,
                (session, outer, due) -> ways.session(session, outer),
                function,
                new FluxOutlet<>(actual)));
    }

    /**
     * Returns connections for libraries that manage their own: inside a scope its connection, whose transaction they join,
     * and outside one a connection of the pool, which they own until they close it.
     *
     * @return a factory
     */
    public ConnectionFactory connectionFactory() {
        return new ScopedConnections<>(this, null);
    }

    /** A function on a connection that is handed out, with which its owner may do what he likes. */
    Mono<Void> lease(Function<? super Scope<S>, ? extends Publisher<Void>> owner) {
        return TransactionMono.of(actual -> start(
                actual,
                SESSION,
                (options, outer, due) -> ways.lease(options),
                session ->
                        Mono.deferContextual(context -> Mono.fromDirect(owner.apply(requireNonNull(outer(context))))),
                new MonoOutlet<>(actual)));
    }

    <T> Mono<T> nested(Scope<S> outer, String name, Function<? super S, ? extends Publisher<? extends T>> function) {
        TransactionOptions options = TransactionOptions.defaults().named(name);
        return TransactionMono.of(actual -> start(
                actual, options, (named, around, due) -> ways.nested(outer, name), function, new MonoOutlet<>(actual)));
    }

    /** Chooses the way of a scope from the scope around it. */
    private interface Choice<S> {
        Way<S> way(TransactionOptions options, @Nullable Scope<S> outer, @Nullable DueTime due);
    }

    private <T> void start(
            CoreSubscriber<? super T> actual,
            TransactionOptions options,
            Choice<S> choice,
            Function<? super S, ? extends Publisher<? extends T>> function,
            Outlet<T> outlet) {
        Context context = actual.currentContext();
        DueTime due = DueTime.of(options, context, nanoTime.getAsLong());
        Way<S> way;
        try {
            way = choice.way(options, outer(context), due);
        } catch (IllegalStateException | DatabaseReadOnlyException refused) {
            Operators.error(actual, refused);
            return;
        }
        running.enter(); // before the look, so that either this life sees the close or the close sees this life
        if (closed && !way.inner()) {
            running.exit();
            Operators.error(
                    actual,
                    new IllegalStateException(
                            "These sessions were closed; nothing was sent. Close them only after their last user."));
        } else {
            PhaseTimes times = PhaseTimes.of(due, nanoTime);
            new TransactionLife<>(this, options, way, times, function, actual, outlet).start();
        }
    }

    /** The scope around whoever sees this Context. */
    @SuppressWarnings("unchecked") // nobody else puts anything under this key
    @Nullable
    Scope<S> outer(ContextView context) {
        return context.hasKey(this) ? (Scope<S>) context.get(this) : null;
    }

    /** Opens the scope of a function. */
    Scope<S> scope(HeldConnection held, @Nullable Scope<S> outer) {
        return new Scope<>(this, held, outer, sessions);
    }

    /** What the function's publisher sees as its Context. */
    Context inside(Scope<S> scope, Context context, @Nullable DueTime due) {
        return DueTime.into(context.put(contextKey, scope.session()).put(this, scope), due);
    }

    /**
     * Refuses new transactions from the moment of subscription, and waits for those under way.
     *
     * @return a cold mono that completes when no transaction is under way
     */
    public Mono<Void> close() {
        return Mono.defer(() -> {
            closed = true;
            return running.none();
        });
    }

    /**
     * Waits for the clean-up of cancelled transactions.
     *
     * @return a cold mono that completes when no transaction is being cleaned up whose subscriber has left
     */
    public Mono<Void> quiesced() {
        return detached.none();
    }

    ConnectionSource source() {
        return source;
    }

    Dialect dialect() {
        return dialect;
    }

    TimeLimits limits() {
        return limits;
    }

    Deadline deadline() {
        return new Deadline(timer, nanoTime);
    }

    Census detached() {
        return detached;
    }

    /**
     * The one place where every life ends: the listener first, then whoever waits for the end of all.
     *
     * @param transaction whether this is the end of a transaction
     */
    void ended(
            TransactionOptions options,
            boolean transaction,
            LifePhase phase,
            TransactionOutcome outcome,
            @Nullable Throwable error,
            boolean subscriberLeft,
            long delivered) {
        if (!transaction) {
            running.exit();
            return;
        }
        log.debug("{}: {} in {}", options.name(), outcome, phase);
        if (error != null && saysReadOnly(phase, error)) {
            sentinel.look();
        }
        if (subscriberLeft && outcome == TransactionOutcome.IN_DOUBT) {
            log.warn(
                    "{}: nobody hears that its outcome is unknown, because its subscriber has left",
                    options.name(),
                    error);
        }
        if (subscriberLeft
                && error == null
                && delivered > 0
                && phase == LifePhase.ACTIVE
                && firstTime(options.name())) {
            log.info(
                    "{}: cancelled by its subscriber after {} row(s): rolled back; take(n) and next() cancel."
                            + " Use withTransaction(…collectList()) to keep the transaction. Said once per name.",
                    options.name(),
                    delivered);
        }
        try {
            listener.ended(options.name(), phase, outcome, error);
        } catch (Throwable thrown) {
            log.error("{}: the session listener failed", options.name(), thrown);
        }
        running.exit();
    }

    /** Foreign code, which must not keep a life from ending. */
    private boolean saysReadOnly(LifePhase phase, Throwable error) {
        try {
            return dialect.classify(phase, error) == FailureClass.READ_ONLY;
        } catch (Throwable thrown) {
            log.error("The dialect could not tell what an error says", thrown);
            return false;
        }
    }

    private boolean firstTime(String name) {
        return saidOfStreams.size() < NAMES_REMEMBERED && saidOfStreams.add(name);
    }

    /** An error that can change nothing any more: kept beside the one that counts, if there is one. */
    void cameTooLate(TransactionOptions options, @Nullable Throwable primary, @Nullable Throwable late) {
        if (late == null || late == primary) {
            return;
        }
        if (primary != null) {
            primary.addSuppressed(late);
        }
        log.debug("{}: an error after the end was decided", options.name(), late);
    }

    void hookFailed(TransactionOptions options, TransactionOutcome outcome, Throwable error) {
        log.error("{}: {}, but a hook that ran afterwards failed", options.name(), outcome, error);
    }

    void destroying(TransactionOptions options, String why, @Nullable Throwable error) {
        log.warn("{}: destroying its connection: {}", options.name(), why, error);
    }

    void subscriberThrew(TransactionOptions options, Throwable thrown) {
        log.error("{}: its subscriber threw out of a terminal signal", options.name(), thrown);
    }
}
