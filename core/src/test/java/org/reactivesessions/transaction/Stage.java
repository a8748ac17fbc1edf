package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Result;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.reactivesessions.dialect.FailureClass;
import org.reactivesessions.dialect.WriteGuard;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.health.Sentinel;
import org.reactivesessions.observation.ActiveSession;
import org.reactivesessions.observation.AttemptReport;
import org.reactivesessions.observation.BreakerState;
import org.reactivesessions.observation.ConnectionEnd;
import org.reactivesessions.observation.HookMoment;
import org.reactivesessions.observation.LogOptions;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.observation.TransactionObserver;
import org.reactivesessions.observation.WatchOptions;
import org.reactivesessions.pool.ConnectionSource;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.pool.ResetPolicy;
import org.reactivesessions.resilience.AcquisitionPolicy;
import org.reactivesessions.resilience.ResilienceOptions;
import org.reactivesessions.resilience.TransactionRetries;
import org.reactivesessions.scripted.NothingDropped;
import org.reactivesessions.scripted.OverlappingGuard;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivesessions.scripted.ScriptedDialect;
import org.reactivesessions.scripted.ScriptedMarker;
import org.reactivesessions.wire.GatedConnection;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;
import reactor.util.context.ContextView;

/**
 * A scripted database, a pool of one connection, a clock that stands still, and transactions on them. Without an event loop
 * everything runs on the test's thread, so every moment of a life can be held by hand. After every test no connection may
 * be out, nobody may wait, and no signal may have been dropped.
 */
final class Stage implements BeforeEachCallback, AfterEachCallback {

    private static final ResilienceOptions PLAIN =
            ResilienceOptions.defaults().noCircuitBreaker().noRetry();

    private final VirtualTimeScheduler clock = VirtualTimeScheduler.getOrSet();
    private final NothingDropped dropped = new NothingDropped();
    private final ScriptedDatabase database;
    private final ScriptedDialect dialect;
    private static final LogOptions LOGS = LogOptions.defaults();

    private final List<String> events = new CopyOnWriteArrayList<>();
    private final List<String> ends = new CopyOnWriteArrayList<>();
    private final AcquisitionPolicy policy;
    private final ConnectionSource source;
    private final Transactions<GatedConnection> transactions;
    private volatile SessionListener listener = (name, phase, outcome, error) -> {};

    Stage() {
        this(ScriptedDatabase.plain(), TimeLimits.defaults(), 1, PLAIN);
    }

    private Stage(ScriptedDatabase database, TimeLimits limits, int connections, ResilienceOptions resilience) {
        this(database, new ScriptedDialect(), limits, connections, resilience);
    }

    private Stage(
            ScriptedDatabase database,
            ScriptedDialect dialect,
            TimeLimits limits,
            int connections,
            ResilienceOptions resilience) {
        this(database, dialect, limits, connections, resilience, ResetPolicy.TRANSACTION_ONLY, WatchOptions.defaults());
    }

    private Stage(
            ScriptedDatabase database,
            ScriptedDialect dialect,
            TimeLimits limits,
            int connections,
            ResilienceOptions resilience,
            ResetPolicy reset,
            WatchOptions watching) {
        this.database = database;
        this.dialect = dialect;
        this.policy = new AcquisitionPolicy(
                resilience,
                error -> dialect.classify(LifePhase.ACQUIRING, error) == FailureClass.OUTAGE,
                new Recorder(),
                () -> clock.now(TimeUnit.NANOSECONDS));
        this.source = new ConnectionSource(
                database,
                connection -> Mono.empty(),
                dialect,
                PoolOptions.defaults()
                        .maxSize(connections)
                        .aliveWindow(Duration.ofSeconds(30))
                        .maxIdleTime(Duration.ofDays(1))
                        .maxLifeTime(Duration.ofDays(1))
                        .reset(reset),
                policy,
                new Recorder(),
                clock,
                () -> clock.now(TimeUnit.NANOSECONDS));
        this.transactions = new Transactions<>(
                source,
                policy,
                new TransactionRetries(resilience, policy),
                dialect,
                new Sentinel(null, clock),
                limits,
                LOGS,
                new Recorder(),
                watching,
                Scope::connection,
                "session",
                clock,
                () -> clock.now(TimeUnit.NANOSECONDS));
    }

    /** A stage whose driver exposes an event loop. */
    static Stage on(Scheduler loop) {
        return new Stage(ScriptedDatabase.on(loop), TimeLimits.defaults(), 1, PLAIN);
    }

    /** A stage whose connections are guarded, can be handed over, and are reset, in an exchange of their own, or not used again. */
    static Stage resetting(ResetPolicy reset) {
        return new Stage(
                ScriptedDatabase.plain(),
                new ScriptedDialect()
                        .guard(new OverlappingGuard())
                        .sessionReset(physical -> Flux.from(
                                        physical.createStatement("reset").execute())
                                .flatMap(Result::getRowsUpdated)
                                .then())
                        .supportsEverything(),
                TimeLimits.defaults(),
                1,
                PLAIN,
                reset,
                WatchOptions.defaults());
    }

    /** A stage that is watched like this, on which something can be cancelled on the server. */
    static Stage watched(WatchOptions watching) {
        return new Stage(
                ScriptedDatabase.plain(),
                new ScriptedDialect(),
                TimeLimits.defaults(),
                1,
                PLAIN,
                ResetPolicy.TRANSACTION_ONLY,
                watching);
    }

    /** A stage with limits of its own. */
    static Stage with(TimeLimits limits) {
        return new Stage(ScriptedDatabase.plain(), limits, 1, PLAIN);
    }

    /** A stage with limits of its own and more connections than one. */
    static Stage with(TimeLimits limits, int connections) {
        return new Stage(ScriptedDatabase.plain(), limits, connections, PLAIN);
    }

    /** A stage whose connections are guarded, and handed over before COMMIT is answered. */
    static Stage overlapping() {
        return new Stage(
                ScriptedDatabase.plain(),
                new ScriptedDialect().guard(new OverlappingGuard()).supportsEverything(),
                TimeLimits.defaults(),
                1,
                PLAIN);
    }

    /** A stage on which transactions can leave markers. */
    static Stage marking(int connections) {
        return new Stage(
                ScriptedDatabase.plain(),
                new ScriptedDialect().marker(new ScriptedMarker()).supportsEverything(),
                TimeLimits.defaults(),
                connections,
                PLAIN);
    }

    /** A stage whose connections are guarded. */
    static Stage guarded(WriteGuard guard) {
        return guarded(guard, PLAIN);
    }

    /** A stage whose connections are guarded, and that bears faults of the database. */
    static Stage guarded(WriteGuard guard, ResilienceOptions resilience) {
        return guarded(ScriptedDatabase.plain(), guard, resilience);
    }

    /** A stage whose connections are guarded and have an event loop. */
    static Stage guarded(Scheduler loop, WriteGuard guard) {
        return guarded(ScriptedDatabase.on(loop), guard, PLAIN);
    }

    private static Stage guarded(ScriptedDatabase database, WriteGuard guard, ResilienceOptions resilience) {
        return new Stage(database, new ScriptedDialect().guard(guard), TimeLimits.defaults(), 1, resilience);
    }

    /** A stage that bears faults of the database. */
    static Stage resilient(ResilienceOptions resilience, int connections) {
        return new Stage(ScriptedDatabase.plain(), TimeLimits.defaults(), connections, resilience);
    }

    /** What happens behind gates whose scopes have no sessions around them. */
    static GateEvents unheard() {
        Scheduler timer = Schedulers.parallel();
        SlowLog slow = new SlowLog(LOGS);
        Reports reports = new Reports(
                SessionListener.none(), LOGS, slow, new ScriptedDialect(), new Sentinel(null, timer), new Tally());
        Watch watch = new Watch(new Running(), reports, WatchOptions.defaults(), timer);
        return new GateEvents(SqlLog.of(LOGS), slow, new LateUses(reports, watch, System::nanoTime), System::nanoTime);
    }

    AcquisitionPolicy policy() {
        return policy;
    }

    /** What the listener heard on the way to connections, in order. */
    List<String> events() {
        return events;
    }

    private final class Recorder implements SessionListener {

        @Override
        public void ended(String name, LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {
            ends.add(phase + " " + outcome + (error == null ? "" : " " + error.getMessage()));
            listener.ended(name, phase, outcome, error);
        }

        @Override
        public @Nullable TransactionObserver started(String name, ContextView context) {
            return listener.started(name, context);
        }

        @Override
        public void attempted(AttemptReport report) {
            listener.attempted(report);
        }

        @Override
        public void hooksRan(String name, HookMoment moment, Duration took, @Nullable Throwable error) {
            listener.hooksRan(name, moment, took, error);
        }

        @Override
        public void suspected(ActiveSession session) {
            listener.suspected(session);
        }

        @Override
        public void usedAfterEnd(String name, Throwable use) {
            listener.usedAfterEnd(name, use);
        }

        @Override
        public void retrying(String name, int attempt, Duration wait, Throwable error) {
            events.add(name + " attempt " + attempt);
        }

        @Override
        public void repeating(String name, int attempt, Duration wait, TransactionOutcome outcome, Throwable error) {
            events.add(name + " repeats " + attempt + " " + outcome + " " + error.getMessage());
            listener.repeating(name, attempt, wait, outcome, error);
        }

        @Override
        public void resolved(String name, TransactionOutcome outcome, Duration took) {
            events.add(name + " resolved " + outcome);
        }

        @Override
        public void connectionClosed(ConnectionEnd why) {
            listener.connectionClosed(why);
        }

        @Override
        public void circuitChanged(String name, BreakerState from, BreakerState to) {
            events.add(from + " to " + to);
        }
    }

    /** A stage with more connections than one. */
    static Stage pooled(int connections) {
        return new Stage(ScriptedDatabase.plain(), TimeLimits.defaults(), connections, PLAIN);
    }

    /** A transaction named "inner" that does what it does inside another one. */
    <T> Mono<T> inner(Propagation propagation, Function<GatedConnection, Publisher<T>> function) {
        return transactions.mono(TransactionOptions.defaults().named("inner").propagation(propagation), function);
    }

    ScriptedDatabase database() {
        return database;
    }

    ScriptedDialect dialect() {
        return dialect;
    }

    ConnectionSource source() {
        return source;
    }

    Transactions<GatedConnection> transactions() {
        return transactions;
    }

    NothingDropped dropped() {
        return dropped;
    }

    /** What the listener heard: phase, outcome, and the message of the error. */
    List<String> ends() {
        return ends;
    }

    /** Lets somebody else hear the ends too. */
    void listener(SessionListener another) {
        listener = another;
    }

    void pass(Duration time) {
        clock.advanceTimeBy(time);
    }

    /** A transaction of a value. */
    <T> Mono<T> mono(Function<GatedConnection, Publisher<T>> function) {
        return transactions.mono(TransactionOptions.defaults().named("transfer"), function);
    }

    /** A transaction of a stream. */
    <T> Flux<T> flux(Function<GatedConnection, Publisher<T>> function) {
        return transactions.flux(TransactionOptions.defaults().named("stream"), function);
    }

    /** Runs a transaction and returns its subscriber. */
    <T> TestSubscriber<T> run(Function<GatedConnection, Publisher<T>> function) {
        return subscribe(mono(function));
    }

    static <T> TestSubscriber<T> subscribe(Publisher<T> publisher) {
        TestSubscriber<T> subscriber = TestSubscriber.create();
        publisher.subscribe(subscriber);
        return subscriber;
    }

    /** A statement that counts. */
    static Mono<Long> update(GatedConnection connection, String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .concatMap(Result::getRowsUpdated)
                .reduce(0L, Long::sum);
    }

    /** A statement whose rows are read. */
    static Flux<String> rows(GatedConnection connection, String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .concatMap(result -> result.map(row -> Objects.requireNonNull(row.get(0, String.class))));
    }

    /** Whether {@code quiesced()} completes now. */
    boolean isQuiet() {
        return subscribe(transactions.quiesced()).isTerminatedComplete();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        dropped.beforeEach(context);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        try {
            assertThat(source.status().acquired())
                    .as("connections that are out")
                    .isZero();
            assertThat(source.status().pending()).as("scopes that wait").isZero();
            assertThat(isQuiet()).as("no clean-up is running").isTrue();
            assertThat(subscribe(transactions.close(Duration.ofSeconds(30))).isTerminatedComplete())
                    .as("no transaction is under way")
                    .isTrue();
            dropped.afterEach(context);
        } finally {
            clock.dispose();
            VirtualTimeScheduler.reset();
        }
    }
}
