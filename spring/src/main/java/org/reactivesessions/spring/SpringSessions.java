package org.reactivesessions.spring;

import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.reactivesessions.Once;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.health.HealthReport;
import org.reactivesessions.observation.ActiveSession;
import org.reactivesessions.observation.SessionStatistics;
import org.reactivesessions.pool.PoolStatus;
import org.reactivesessions.transaction.Propagation;
import org.reactivesessions.transaction.TransactionOptions;
import org.reactivestreams.Publisher;
import org.springframework.r2dbc.connection.TransactionAwareConnectionFactoryProxy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * Sessions and Spring's transactions, either inside the other.
 *
 * <ul>
 *   <li><strong>Inside a transaction of these sessions</strong>, {@code DatabaseClient}, Spring Data's repositories and whatever else
 *       finds its connection as Spring's transactions have it, takes part, on the application's own {@link ConnectionFactory}.
 *       Synchronizations, and with them transactional events, are called at the end.
 *   <li><strong>Inside a transaction that somebody else began</strong> on that factory, such as {@code R2dbcTransactionManager}, a
 *       scope joins it: on its connection, with its guarantees, without a retry. What it asks for and that one has not is refused
 *       before anything is sent; {@link Propagation#NESTED} is a savepoint in it, {@link Propagation#REQUIRES_NEW} a transaction
 *       of the sessions.
 * </ul>
 *
 * <p>Everything else is as the sessions around which this is made say. Thread-safe.
 *
 * @since 0.1
 */
public final class SpringSessions implements ReactiveSessions {

    private final ReactiveSessions sessions;
    private final ConnectionFactory ownFactory;
    private final ConnectionFactory factory;
    private final Dialect dialect;

    private SpringSessions(
            ReactiveSessions sessions, ConnectionFactory ownFactory, ConnectionFactory factory, Dialect dialect) {
        this.sessions = sessions;
        this.ownFactory = ownFactory;
        this.factory = factory;
        this.dialect = Objects.requireNonNull(dialect, "dialect must not be null; use new StandardDialect()");
    }

    /**
     * Makes Spring know of sessions whose own {@link #connectionFactory()} is the one that {@code DatabaseClient} and the like are
     * made with.
     *
     * @param sessions whose transactions they are
     * @param dialect how the database is spoken to in a transaction that the sessions have not begun
     * @return sessions to use instead
     */
    public static SpringSessions of(ReactiveSessions sessions, Dialect dialect) {
        Objects.requireNonNull(sessions, "sessions must not be null");
        ConnectionFactory own = sessions.connectionFactory();
        return new SpringSessions(sessions, own, own, dialect);
    }

    /**
     * Makes Spring know of sessions.
     *
     * @param sessions whose transactions they are
     * @param factory what {@code DatabaseClient} and the like were made with: the application's own
     * @param dialect how the database is spoken to in a transaction that the sessions have not begun
     * @return sessions to use instead
     */
    public static SpringSessions of(ReactiveSessions sessions, ConnectionFactory factory, Dialect dialect) {
        Objects.requireNonNull(sessions, "sessions must not be null");
        Objects.requireNonNull(factory, "factory must not be null; leave it out if there is none");
        ConnectionFactory target = factory;
        while (target instanceof TransactionAwareConnectionFactoryProxy proxy) {
            target = proxy.unwrap();
        }
        return new SpringSessions(sessions, sessions.connectionFactory(), target, dialect);
    }

    /** The key under which Spring looks for connections. */
    ConnectionFactory factory() {
        return factory;
    }

    /** The sessions themselves, of which Spring knows nothing. */
    ReactiveSessions bare() {
        return sessions;
    }

    @Override
    public <T> Mono<T> withTransaction(
            TransactionOptions options, Function<? super Session, ? extends Mono<? extends T>> function) {
        requireFunction(function);
        boolean nested = Terms.propagation(options) == Propagation.NESTED;
        Mono<T> own = sessions.withTransaction(options, session -> BoundSession.run(session, nested, function));
        return Mono.deferContextual(subscriber -> {
            Surroundings around = Surroundings.of(subscriber, factory);
            if (ForeignTransaction.isJoined(around, options)) {
                return foreign(around, options).run(function);
            }
            Passage passage = new Passage(factory, options, subscriber);
            Mono<T> known = own.onErrorResume(passage::failed).contextWrite(passage::into);
            return isAround(around, subscriber) ? known.contextWrite(ours(around)::enter) : known;
        });
    }

    @Override
    public <T> Flux<T> withTransactionMany(
            TransactionOptions options, Function<? super Session, ? extends Publisher<? extends T>> function) {
        requireFunction(function);
        boolean nested = Terms.propagation(options) == Propagation.NESTED;
        Flux<T> own = sessions.withTransactionMany(options, session -> BoundSession.runMany(session, nested, function));
        return Flux.deferContextual(subscriber -> {
            Surroundings around = Surroundings.of(subscriber, factory);
            if (ForeignTransaction.isJoined(around, options)) {
                return foreign(around, options).runMany(function);
            }
            Passage passage = new Passage(factory, options, subscriber);
            Flux<T> known = own.onErrorResume(passage::failed).contextWrite(passage::into);
            return isAround(around, subscriber) ? known.contextWrite(ours(around)::enter) : known;
        });
    }

    /** Whether a transaction of these sessions is around that only Spring knows of, because a manager began it. */
    private boolean isAround(Surroundings around, ContextView subscriber) {
        return around.ours() != null && !subscriber.hasKey(sessions);
    }

    private ForeignTransaction foreign(Surroundings around, TransactionOptions options) {
        return new ForeignTransaction(around, factory, dialect, options);
    }

    private static SessionHolder ours(Surroundings around) {
        return Objects.requireNonNull(around.ours());
    }

    @Override
    public <T> Mono<T> withSession(Function<? super Session, ? extends Mono<? extends T>> function) {
        requireFunction(function);
        Mono<T> own = sessions.withSession(function);
        return Mono.deferContextual(subscriber -> {
            Surroundings around = Surroundings.of(subscriber, factory);
            if (around.isForeign()) {
                return foreign(around, TransactionOptions.defaults()).session(function);
            }
            return isAround(around, subscriber) ? own.contextWrite(ours(around)::enter) : own;
        });
    }

    @Override
    public <T> Flux<T> withSessionMany(Function<? super Session, ? extends Publisher<? extends T>> function) {
        requireFunction(function);
        Flux<T> own = sessions.withSessionMany(function);
        return Flux.deferContextual(subscriber -> {
            Surroundings around = Surroundings.of(subscriber, factory);
            if (around.isForeign()) {
                return foreign(around, TransactionOptions.defaults()).sessionMany(function);
            }
            return isAround(around, subscriber) ? own.contextWrite(ours(around)::enter) : own;
        });
    }

    /** Inside a transaction of somebody else it is refused: how that ends is not known here. */
    @Override
    public <T> Mono<Once<T>> once(
            TransactionOptions options,
            String operationId,
            Function<? super Session, ? extends Mono<? extends T>> function) {
        requireFunction(function);
        Mono<Once<T>> own = sessions.once(options, operationId, session -> BoundSession.run(session, false, function));
        return Mono.deferContextual(subscriber -> {
            Surroundings around = Surroundings.of(subscriber, factory);
            if (around.isForeign()) {
                return Mono.error(new IllegalStateException(options.name() + ": once inside a transaction that the"
                        + " sessions have not begun, nothing was sent. Begin that one with the sessions, or their"
                        + " TransactionalOperator."));
            }
            Passage passage = new Passage(factory, options, subscriber);
            Mono<Once<T>> known = own.onErrorResume(passage::failed).contextWrite(passage::into);
            return isAround(around, subscriber) ? known.contextWrite(ours(around)::enter) : known;
        });
    }

    private static void requireFunction(Object function) {
        Objects.requireNonNull(function, "function must not be null; return Mono.empty() from it to do nothing");
    }

    /** Always the same, because Spring looks for connections by it. */
    @Override
    public ConnectionFactory connectionFactory() {
        return ownFactory;
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
        return sessions.quiesced();
    }

    @Override
    public Mono<Void> verify(int attempts, Duration delay) {
        return sessions.verify(attempts, delay);
    }

    @Override
    public Mono<Void> close() {
        return sessions.close();
    }
}
