package org.reactivesessions.transaction;

import static java.util.Objects.requireNonNull;

import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.IsolationLevel;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.error.DatabaseReadOnlyException;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.health.Sentinel;
import org.reactivesessions.observation.ActiveSession;
import org.reactivesessions.observation.LogOptions;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.observation.SessionStatistics;
import org.reactivesessions.observation.TransactionObserver;
import org.reactivesessions.observation.WatchOptions;
import org.reactivesessions.pool.ConnectionSource;
import org.reactivesessions.resilience.AcquisitionPolicy;
import org.reactivesessions.resilience.TransactionRetries;
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
    private static final TransactionOptions SESSION =
            TransactionOptions.defaults().named("session");
    private static final TransactionOptions PURGE = TransactionOptions.defaults()
            .named("commit marker purge")
            .isolation(IsolationLevel.READ_COMMITTED)
            .lockTimeout(Duration.ofMillis(100));

    private final ConnectionSource source;
    private final Dialect dialect;
    private final TimeLimits limits;
    private final TransactionRetries retries;
    private final Reports reports;
    private final Resolver resolver;
    private final Function<? super Scope<S>, ? extends S> sessions;
    private final Object contextKey;
    private final Scheduler timer;
    private final LongSupplier nanoTime;
    private final Ways<S> ways;
    private final Running running = new Running();
    private final Tally tally = new Tally();
    private final Statistics statistics;
    private final Watch watch;
    private final Mono<Void> drained;
    private final Census detached = new Census();

    /**
     * Creates a runner.
     *
     * @param source where connections come from
     * @param policy when the database may be asked for one
     * @param retries how often transactions may be run again
     * @param dialect how the database is spoken to
     * @param sentinel knows whether the database takes writes
     * @param limits how long the steps may take
     * @param logs what is written to the log
     * @param listener hears every end
     * @param watching after what time whoever gets nowhere is named
     * @param sessions makes what a function works with
     * @param contextKey under which the Context of a function's publisher holds it
     * @param timer runs deadlines
     * @param nanoTime a monotonic clock in nanoseconds
     */
    public Transactions(
            ConnectionSource source,
            AcquisitionPolicy policy,
            TransactionRetries retries,
            Dialect dialect,
            Sentinel sentinel,
            TimeLimits limits,
            LogOptions logs,
            SessionListener listener,
            WatchOptions watching,
            Function<? super Scope<S>, ? extends S> sessions,
            Object contextKey,
            Scheduler timer,
            LongSupplier nanoTime) {
        this.source = source;
        SlowLog slow = new SlowLog(logs);
        this.reports = new Reports(listener, logs, slow, dialect, sentinel, tally);
        this.watch = new Watch(running, reports, watching, timer);
        this.ways = new Ways<>(
                new PoolAccess(
                        source,
                        policy,
                        new Patience(limits.queuedBehindRows(), timer, nanoTime),
                        new GateEvents(SqlLog.of(logs), slow, new LateUses(reports, watch, nanoTime), nanoTime),
                        new Holders(source.status().maxSize()),
                        true,
                        timer,
                        nanoTime),
                dialect,
                sentinel,
                limits);
        this.dialect = dialect;
        this.limits = limits;
        this.retries = retries;
        this.resolver = new Resolver(this, timer, nanoTime, reports);
        this.sessions = sessions;
        this.contextKey = contextKey;
        this.timer = timer;
        this.nanoTime = nanoTime;
        this.statistics = new Statistics(tally, running, detached, source, policy, nanoTime);
        Drain drain = new Drain(running, limits, timer);
        this.drained = Mono.defer(() -> drain.run(requireNonNull(running.closure())))
                .contextWrite(context -> Context.empty()) // of whoever comes first
                .cache(); // so that everybody waits for the same end, and nobody's cancel undoes it
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
        Throwable assembly = watch.assembly(consistent.name());
        return TransactionMono.of(actual -> transaction(actual, consistent, function, MonoOutlet::new, assembly));
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
        TransactionRetry retry = options.retry();
        if (retry != null && retry.buffered() > 0) {
            Flux<T> buffered = this.<List<T>>mono(options, new Buffered<>(options.name(), function, retry.buffered()))
                    .flatMapIterable(elements -> elements);
            Flux<T> joining = stream(options, function);
            return Flux.deferContextual(context -> joins(options, context) ? joining : buffered);
        }
        return stream(options, function);
    }

    private <T> Flux<T> stream(
            TransactionOptions options, Function<? super S, ? extends Publisher<? extends T>> function) {
        TransactionOptions consistent = checked(options);
        Throwable assembly = watch.assembly(consistent.name());
        return TransactionFlux.of(actual -> transaction(actual, consistent, function, FluxOutlet::new, assembly));
    }

    private TransactionOptions checked(TransactionOptions options) {
        dialect.requireSupported(options);
        if (options.verification().leavesMarker() && dialect.marker() == null) {
            throw new UnsupportedOperationException(
                    options.name() + ": verification by a commit marker was asked for, but "
                            + dialect.getClass().getSimpleName()
                            + " cannot leave one, nothing was sent. Leave it out, or use the"
                            + " dialect of your database.");
        }
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
        Throwable assembly = watch.assembly(SESSION.name());
        return TransactionMono.of(actual -> start(
                actual,
                SESSION,
                (session, outer, due) -> ways.session(session, outer),
                function,
                new MonoOutlet<>(actual),
                assembly));
    }

    /**
     * Runs a function without a transaction, on a connection of its own, or on that of the scope it is in.
     *
     * @param function called once per subscription; what it throws ends the scope
     * @param <T> the type of the elements
     * @return a cold flux
     */
    public <T> Flux<T> sessionFlux(Function<? super S, ? extends Publisher<? extends T>> function) {
        Throwable assembly = watch.assembly(SESSION.name());
        return TransactionFlux.of(actual -> start(
                actual,
                SESSION,
                (session, outer, due) -> ways.session(session, outer),
                function,
                new FluxOutlet<>(actual),
                assembly));
    }

    /**
     * Runs a function without a transaction, on a connection of its own, whatever scope it is in. The database is asked for it
     * once, and also if the circuit breaker would not let it be asked.
     *
     * @param options a name and a time limit
     * @param function called once per subscription; what it throws ends the scope
     * @param <T> the type of the value
     * @return a cold mono
     */
    public <T> Mono<T> direct(
            TransactionOptions options, Function<? super S, ? extends Publisher<? extends T>> function) {
        return TransactionMono.of(actual -> start(
                actual, options, (known, outer, due) -> ways.direct(known), function, new MonoOutlet<>(actual), null));
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

    /** Where a connection is asked for that will be handed out, if that is kept. */
    @Nullable
    Throwable lendingAssembly() {
        return watch.assembly(SESSION.name());
    }

    /** A function on a connection that is handed out, with which its owner may do what he likes. */
    Mono<Void> lease(Function<? super Scope<S>, ? extends Publisher<Void>> owner, @Nullable Throwable assembly) {
        return TransactionMono.of(actual -> start(
                actual,
                SESSION,
                (options, outer, due) -> ways.lease(options),
                session ->
                        Mono.deferContextual(context -> Mono.fromDirect(owner.apply(requireNonNull(outer(context))))),
                new MonoOutlet<>(actual),
                assembly));
    }

    /**
     * Runs a transaction of the sessions' own: no listener hears of it, no scope around it counts, and it is not refused when
     * the sessions were closed. To be subscribed with an empty Context.
     */
    <T> Mono<T> own(TransactionOptions options, Function<? super Scope<S>, ? extends Publisher<? extends T>> function) {
        return TransactionMono.of(actual -> start(
                actual,
                options,
                (known, outer, due) -> ways.own(known, due),
                session ->
                        Flux.deferContextual(context -> Flux.<T>from(function.apply(requireNonNull(outer(context))))),
                new MonoOutlet<>(actual),
                null));
    }

    <T> Mono<T> nested(Scope<S> outer, String name, Function<? super S, ? extends Publisher<? extends T>> function) {
        TransactionOptions options = TransactionOptions.defaults().named(name);
        Throwable assembly = watch.assembly(name);
        return TransactionMono.of(actual -> start(
                actual,
                options,
                (named, around, due) -> ways.nested(outer, name),
                function,
                new MonoOutlet<>(actual),
                assembly));
    }

    /** Chooses the way of a scope from the scope around it. */
    private interface Choice<S> {
        Way<S> way(TransactionOptions options, @Nullable Scope<S> outer, @Nullable DueTime due);
    }

    /** A transaction, or a part of one that is around it. */
    private <T> void transaction(
            CoreSubscriber<? super T> subscribed,
            TransactionOptions options,
            Function<? super S, ? extends Publisher<? extends T>> function,
            Function<CoreSubscriber<? super T>, Outlet<T>> outlet,
            @Nullable Throwable assembled) {
        Throwable assembly = watch.orSubscriber(assembled, options.name());
        TransactionRetry retry = options.retry();
        if (joins(options, subscribed.currentContext()) || options.propagation() == Propagation.MANDATORY) {
            start(subscribed, options, ways::transaction, function, outlet.apply(subscribed), assembly);
            return;
        }
        TransactionObserver observer = reports.started(options, subscribed.currentContext());
        CoreSubscriber<? super T> actual = Observed.by(observer, subscribed);
        if (retry == null) {
            start(actual, options, ways::transaction, function, outlet.apply(actual), assembly);
            return;
        }
        Context context = actual.currentContext();
        DueTime due = DueTime.of(options, context, nanoTime.getAsLong());
        Repetition.Setting setting = new Repetition.Setting(
                options,
                retry,
                new RetryReason(retry, dialect, options),
                retries,
                () -> due == null ? null : Duration.ofNanos(due.nanos() - nanoTime.getAsLong()),
                timer,
                nanoTime,
                reports,
                running,
                assembly);
        new Repetition<T>(
                        setting,
                        actual,
                        (subscriber, attempt) -> live(
                                subscriber,
                                options,
                                ways::transaction,
                                due,
                                function,
                                outlet.apply(subscriber),
                                attempt,
                                assembly),
                        end -> {
                            reports.endedWithoutRun(options, end.outcome(), end.error(), end.left());
                            ended(options, context, end.phase(), end.outcome(), end.error(), end.left(), 0);
                        })
                .start();
    }

    private <T> void start(
            CoreSubscriber<? super T> actual,
            TransactionOptions options,
            Choice<S> choice,
            Function<? super S, ? extends Publisher<? extends T>> function,
            Outlet<T> outlet,
            @Nullable Throwable assembly) {
        DueTime due = DueTime.of(options, actual.currentContext(), nanoTime.getAsLong());
        live(
                actual,
                options,
                choice,
                due,
                function,
                outlet,
                Attempt.ONLY,
                watch.orSubscriber(assembly, options.name()));
    }

    /** One life of what has entered. */
    private <T> void live(
            CoreSubscriber<? super T> actual,
            TransactionOptions options,
            Choice<S> choice,
            @Nullable DueTime due,
            Function<? super S, ? extends Publisher<? extends T>> function,
            Outlet<T> outlet,
            Attempt attempt,
            @Nullable Throwable assembly) {
        Way<S> way;
        try {
            way = choice.way(options, outer(actual.currentContext()), due);
        } catch (IllegalStateException impossible) {
            Operators.error(actual, impossible);
            return;
        } catch (DatabaseReadOnlyException refused) {
            reports.endedWithoutRun(options, TransactionOutcome.NOT_STARTED, refused, false);
            ended(
                    options,
                    actual.currentContext(),
                    LifePhase.ACQUIRING,
                    TransactionOutcome.NOT_STARTED,
                    refused,
                    false,
                    0);
            Operators.error(actual, refused);
            return;
        }
        boolean mayFollow = way.mayFollowClose()
                || attempt.number() > 1
                || actual.currentContext().hasKey(running);
        PhaseTimes times = new PhaseTimes(due, nanoTime);
        new TransactionLife<>(this, options, way, times, function, actual, outlet, attempt, assembly).start(mayFollow);
    }

    /** The scope around whoever sees this Context. */
    @SuppressWarnings("unchecked") // nobody else puts anything under this key
    @Nullable
    Scope<S> outer(ContextView context) {
        return context.hasKey(this) ? (Scope<S>) context.get(this) : null;
    }

    /**
     * Tells whether a transaction would become a part of one that is around it.
     *
     * @param options what it shall be
     * @param context where it would be subscribed
     * @return whether there is a transaction it joins, or is nested in
     */
    public boolean joins(TransactionOptions options, ContextView context) {
        return !ways.isOwn(options, outer(context));
    }

    /** Opens the scope of a function. */
    Scope<S> scope(HeldConnection held, @Nullable Scope<S> outer, int attempt) {
        return new Scope<>(this, held, outer, attempt, sessions);
    }

    /** What the function's publisher sees as its Context. */
    Context inside(Scope<S> scope, Context context, @Nullable DueTime due) {
        return DueTime.into(context.put(contextKey, scope.session()).put(this, scope), due);
    }

    /** What hooks see as their Context: they are part of what is under way, although the scope they are of is over. */
    Context ofHooks(Context context) {
        return context.put(running, true);
    }

    /**
     * Refuses new transactions from the moment of subscription.
     *
     * <p>What is part of a transaction under way, or of its hooks, is not refused before the grace time is over.
     *
     * @param grace how long what is under way may go on; not negative
     * @return a cold mono that completes at once; the first subscriber of all counts
     */
    public Mono<Void> refuse(Duration grace) {
        Throwable where = new Closure.Where();
        return Mono.fromRunnable(() -> {
            Instant now = Instant.ofEpochMilli(timer.now(TimeUnit.MILLISECONDS));
            running.close(new Closure(now, Thread.currentThread().getName(), grace, where));
        });
    }

    /**
     * Refuses new transactions, see {@link #refuse}, waits for those under way, and ends those that are under way
     * after the grace time: what waits for a connection, or for its next attempt, at once; what runs, as its own deadline would
     * end it; what commits, after the answer to COMMIT or its limit.
     *
     * @param grace how long they may go on; not negative
     * @return a cold mono that completes when no transaction is under way, or when what is has passed every limit; a cancel
     *     does not stop it
     */
    public Mono<Void> close(Duration grace) {
        return refuse(grace).then(drained);
    }

    /**
     * Tells when and by whom these sessions were closed.
     *
     * @return a part of a sentence, {@code null} before {@link #close} was subscribed
     */
    public @Nullable String closedBy() {
        Closure closure = running.closure();
        return closure == null ? null : closure.said();
    }

    /**
     * Waits for the clean-up of cancelled transactions.
     *
     * @return a cold mono that completes when no transaction is being cleaned up whose subscriber has left
     */
    public Mono<Void> quiesced() {
        return detached.none();
    }

    /**
     * Looks at everything that is under way.
     *
     * @return how it looks at this moment, in the order in which it began
     */
    public List<ActiveSession> look() {
        return running.looked().stream().map(Running.Looked::session).toList();
    }

    /**
     * Tells what was counted, and begins to count anew for the next caller.
     *
     * @return the figures since the start, and since the last call
     */
    public SessionStatistics statistics() {
        return statistics.take();
    }

    /** The moment, on the monotonic clock. */
    long now() {
        return nanoTime.getAsLong();
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

    Reports reports() {
        return reports;
    }

    Resolver resolver() {
        return resolver;
    }

    Running running() {
        return running;
    }

    Tally tally() {
        return tally;
    }

    Watch watch() {
        return watch;
    }

    Census detached() {
        return detached;
    }

    /**
     * The one place where every transaction ends, before whoever waits for the end of all hears of it.
     *
     * @param context what its subscriber sees
     */
    void ended(
            TransactionOptions options,
            ContextView context,
            LifePhase phase,
            TransactionOutcome outcome,
            @Nullable Throwable error,
            boolean subscriberLeft,
            long delivered) {
        reports.ended(options, context, phase, outcome, error, subscriberLeft, delivered);
        forgetOldMarkers(options, outcome);
    }

    /** Nobody waits for it but {@code quiesced()} and {@code close()}. */
    private void forgetOldMarkers(TransactionOptions options, TransactionOutcome outcome) {
        Markers markers = ways.markers();
        if (markers == null
                || outcome != TransactionOutcome.COMMITTED
                || !options.verification().leavesMarker()
                || options.isReadOnly()
                || running.closure() != null
                || !markers.isPurgeDue()) {
            return;
        }
        detached.enter();
        Mono<Void> purge = own(PURGE, scope -> scope.connection().rows(markers.purge(), row -> ""))
                .then();
        HookSubscription.run(purge, Context.empty(), error -> {
            detached.exit();
            if (error != null) {
                log.warn("Old commit markers could not be removed; it is tried again in an hour", error);
            }
        });
    }
}
