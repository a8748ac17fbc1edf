package org.reactivesessions.testkit.sessions;

import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.reactivesessions.Once;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.error.AfterCommitException;
import org.reactivesessions.health.HealthReport;
import org.reactivesessions.observation.ActiveSession;
import org.reactivesessions.observation.SessionStatistics;
import org.reactivesessions.pool.PoolStatus;
import org.reactivesessions.testkit.rollback.RollbackOptions;
import org.reactivesessions.testkit.rollback.Turn;
import org.reactivesessions.transaction.Propagation;
import org.reactivesessions.transaction.TransactionOptions;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Reactive sessions for one test: whatever it does with them is in one transaction, which is rolled back at its end.
 *
 * <p>A transaction of the code under test is a savepoint. Its outcome is what it would be without the test: its hooks run when it is
 * kept or undone, not at the end of the test, and never twice; deferred constraints are checked when it is kept; what it asks of the
 * server ({@code readOnly}, limits, settings) ends with it. Outside a transaction every statement of {@link #withSession} has a
 * savepoint of its own, so that its failure costs nothing else.
 *
 * <p><strong>One after the other:</strong> transactions that do not belong together queue, as long as
 * {@link RollbackOptions#patience} says.
 *
 * <p><strong>What is different:</strong> a transaction is run once, whatever its {@code retry} says, and its {@code verification} has
 * no effect. {@code REQUIRES_NEW} inside a transaction is refused, because what it commits would vanish with the one around it, and so is
 * a stronger isolation level than the test's; a weaker one gets the test's. {@link #connectionFactory} gives nothing outside a scope.
 * {@code now()} stands still. Sequences are not rolled back, by PostgreSQL's design. The connection of the test counts as acquired.
 *
 * <p><strong>Ownership:</strong> whoever begins ends; the sessions below stay open. <strong>Threads:</strong> thread-safe.
 *
 * @since 0.1
 */
public final class RollbackSessions implements ReactiveSessions {

    private final ReactiveSessions sessions;
    private final RollbackOptions test;
    private final HeldTransaction held;

    private RollbackSessions(ReactiveSessions sessions, RollbackOptions options, HeldTransaction held) {
        this.sessions = sessions;
        this.test = options;
        this.held = held;
    }

    /**
     * Begins the transaction.
     *
     * @param sessions of whose pool it holds one connection
     * @param options how it is
     * @return a cold mono
     */
    public static Mono<RollbackSessions> begin(ReactiveSessions sessions, RollbackOptions options) {
        Objects.requireNonNull(options, "options must not be null; use RollbackOptions.defaults()");
        return HeldTransaction.begin(sessions, options).map(held -> new RollbackSessions(sessions, options, held));
    }

    /**
     * Ends the test: what is under way is undone, deferred constraints are checked, and everything is rolled back.
     *
     * @return a mono that ends the test when it is first subscribed, and goes on whoever cancels; it signals {@link AssertionError} if a
     *     deferred constraint is violated
     */
    public Mono<Void> end() {
        return held.end();
    }

    @Override
    public <T> Mono<T> withTransaction(
            TransactionOptions asked, Function<? super Session, ? extends Mono<? extends T>> function) {
        return this.<T, T>scope(
                        asked,
                        function,
                        (inside, work) -> sessions.withTransaction(
                                inside, session -> work.apply(session).singleOrEmpty()))
                .singleOrEmpty();
    }

    @Override
    public <T> Flux<T> withTransactionMany(
            TransactionOptions asked, Function<? super Session, ? extends Publisher<? extends T>> function) {
        return this.<T, T>scope(asked, function, sessions::withTransactionMany);
    }

    @Override
    public <T> Mono<Once<T>> once(
            TransactionOptions asked,
            String operationId,
            Function<? super Session, ? extends Mono<? extends T>> function) {
        return this.<T, Once<T>>scope(
                        asked,
                        function,
                        (inside, work) -> sessions.once(
                                inside,
                                operationId,
                                session -> work.apply(session).singleOrEmpty()))
                .singleOrEmpty();
    }

    /** How the sessions below run work in a scope, and what comes of it. */
    interface Way<T, R> extends BiFunction<TransactionOptions, Function<Session, Flux<T>>, Publisher<R>> {}

    private <T, R> Flux<R> scope(
            TransactionOptions options,
            Function<? super Session, ? extends Publisher<? extends T>> function,
            Way<T, R> way) {
        requireFunction(function);
        Asked asked = new Asked(options);
        return Flux.deferContextual(context -> {
            RollbackScope around = context.getOrDefault(this, null);
            return around == null ? transaction(asked, function, way) : inside(around, asked, function, way);
        });
    }

    private <T, R> Flux<R> transaction(
            Asked asked, Function<? super Session, ? extends Publisher<? extends T>> function, Way<T, R> way) {
        held.requireOpen();
        asked.requireCoveredBy(test);
        if (asked.propagation() == Propagation.MANDATORY) {
            throw new IllegalStateException(asked.name()
                    + ": MANDATORY, but there is no transaction around it, nothing was sent. Subscribe it inside the function of"
                    + " withTransaction, and keep the Reactor Context on the way.");
        }
        RollbackScope scope = new RollbackScope(this, asked.options(), new TestHooks());
        Turn turn = held.turn("transaction \"" + asked.name() + "\" of the test");
        SavepointEnd end = new SavepointEnd(held, scope.hooks(), turn::over);
        Flux<R> run = turn.come(test.patience())
                .thenMany(Flux.defer(() -> {
                    held.requireOpen();
                    return way.apply(
                            asked.as(Propagation.NESTED),
                            end.<T>noticing(session -> work(session, asked, scope, function)));
                }))
                .contextWrite(held::with);
        return end.of(
                run,
                Mono.defer(() -> scope.hooks().runAfterCommit())
                        .onErrorMap(failed -> new AfterCommitException(asked.name(), failed)));
    }

    private static <T> Flux<T> work(
            Session session,
            Asked asked,
            RollbackScope scope,
            Function<? super Session, ? extends Publisher<? extends T>> function) {
        SavepointWork savepoint = new SavepointWork(session, asked);
        return savepoint
                .prepare()
                .thenMany(Flux.defer(() -> scope.<T>call(session, function)))
                .concatWith(scope.hooks()
                        .runBeforeCommit()
                        .then(Mono.defer(savepoint::complete))
                        .then(Mono.empty()));
    }

    private <T, R> Flux<R> inside(
            RollbackScope around,
            Asked asked,
            Function<? super Session, ? extends Publisher<? extends T>> function,
            Way<T, R> way) {
        if (asked.propagation() == Propagation.REQUIRES_NEW) {
            throw new IllegalStateException(asked.name()
                    + ": REQUIRES_NEW is a transaction beside \""
                    + around.options().name() + "\", which cannot be had in the one"
                    + " transaction of a test, nothing was sent: what it commits would vanish if that one is rolled back. Give the"
                    + " test a database of its own instead.");
        }
        asked.requirePartOf(around.options());
        if (asked.propagation() == Propagation.NESTED) {
            return nested(around, work -> way.apply(asked.as(Propagation.NESTED), work), function);
        }
        return Flux.from(way.apply(asked.as(Propagation.REQUIRED), session -> around.call(session, function)));
    }

    /** A savepoint in a savepoint: what is registered in it is the outer one's when it is kept. */
    <T, R> Flux<R> nested(
            RollbackScope around,
            Function<Function<Session, Flux<T>>, Publisher<R>> way,
            Function<? super Session, ? extends Publisher<? extends T>> function) {
        return Flux.defer(() -> {
            RollbackScope scope = around.nested();
            SavepointEnd end = new SavepointEnd(held, scope.hooks(), () -> {});
            Flux<R> run = Flux.from(way.apply(end.<T>noticing(session -> scope.call(session, function))));
            return end.of(run, Mono.fromRunnable(() -> around.hooks().adopt(scope.hooks())));
        });
    }

    @Override
    public <T> Mono<T> withSession(Function<? super Session, ? extends Mono<? extends T>> function) {
        requireFunction(function);
        return Mono.deferContextual(context -> {
            RollbackScope around = context.getOrDefault(this, null);
            return around == null
                    ? Mono.from(function.apply(new AloneSession(this)))
                    : sessions.withSession(
                            session -> around.<T>call(session, function).singleOrEmpty());
        });
    }

    @Override
    public <T> Flux<T> withSessionMany(Function<? super Session, ? extends Publisher<? extends T>> function) {
        requireFunction(function);
        return Flux.deferContextual(context -> {
            RollbackScope around = context.getOrDefault(this, null);
            return around == null
                    ? Flux.from(function.apply(new AloneSession(this)))
                    : sessions.withSessionMany(session -> around.<T>call(session, function));
        });
    }

    private static void requireFunction(Object function) {
        Objects.requireNonNull(function, "function must not be null; return Mono.empty() from it to do nothing");
    }

    /**
     * Connections of the scope in the Reactor Context.
     *
     * @return a factory that signals {@link UnsupportedOperationException} outside a scope
     */
    @Override
    public ConnectionFactory connectionFactory() {
        return new InnerConnections(sessions.connectionFactory(), this);
    }

    @Override
    public Mono<HealthReport> health() {
        return sessions.health();
    }

    @Override
    public PoolStatus poolStatus() {
        return sessions.poolStatus();
    }

    @Override
    public List<ActiveSession> activeSessions() {
        return sessions.activeSessions();
    }

    @Override
    public SessionStatistics statistics() {
        return sessions.statistics();
    }

    @Override
    public Mono<Void> reset() {
        return sessions.reset();
    }

    @Override
    public Mono<Void> quiesced() {
        return held.quiesced();
    }

    @Override
    public Mono<Void> verify(int attempts, Duration delay) {
        return sessions.verify(attempts, delay);
    }

    /** Ends the test; the sessions below stay open. */
    @Override
    public Mono<Void> close() {
        return end();
    }
}
