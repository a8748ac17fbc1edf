package org.reactivesessions;

import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.health.HealthProbe;
import org.reactivesessions.health.HealthReport;
import org.reactivesessions.health.Sentinel;
import org.reactivesessions.observation.ActiveSession;
import org.reactivesessions.observation.LogOptions;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.observation.SessionStatistics;
import org.reactivesessions.observation.WatchOptions;
import org.reactivesessions.pool.ConnectionSource;
import org.reactivesessions.pool.PoolStatus;
import org.reactivesessions.resilience.AcquisitionPolicy;
import org.reactivesessions.resilience.TransactionRetries;
import org.reactivesessions.transaction.TimeLimits;
import org.reactivesessions.transaction.TransactionOptions;
import org.reactivesessions.transaction.Transactions;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

/** The sessions of one database. The Context key of a session is the {@link ReactiveSessions} it belongs to. Thread-safe. */
final class DefaultReactiveSessions implements ReactiveSessions {

    private final ConnectionSource source;
    private final HealthProbe probe;
    private final Duration closeGrace;
    private final Mono<Void> shutDown;
    private final StartUpCheck startUpCheck;
    private final Transactions<Session> transactions;
    private final Operations operations;

    DefaultReactiveSessions(
            ConnectionSource source,
            AcquisitionPolicy policy,
            TransactionRetries retries,
            HealthProbe probe,
            Sentinel sentinel,
            Dialect dialect,
            TimeLimits limits,
            Duration closeGrace,
            LogOptions logs,
            SessionListener listener,
            WatchOptions watching) {
        this.source = source;
        this.probe = probe;
        this.closeGrace = closeGrace;
        this.transactions = new Transactions<>(
                source,
                policy,
                retries,
                dialect,
                sentinel,
                limits,
                logs,
                listener,
                watching,
                scope -> new DefaultSession(scope, dialect),
                this,
                Schedulers.parallel(),
                System::nanoTime);
        this.operations = new Operations(transactions, dialect);
        this.shutDown = Mono.defer(() -> transactions.close(closeGrace))
                .then(Mono.fromRunnable(sentinel::close))
                .then(source.close())
                .then(Mono.defer(() -> probe.close(String.valueOf(transactions.closedBy()))))
                .contextWrite(context -> Context.empty()) // of whoever comes first
                .cache(); // so that everybody waits for the same end, and nobody's cancel undoes it
        this.startUpCheck = new StartUpCheck(
                ask(dialect, source.acquireTimeout().plus(limits.control())),
                Mono.fromRunnable(policy::answersAgain)
                        .then(source.warmUp())
                        .then(probe.report()) // whose connection tells whether the database has room for all of them
                        .then(),
                Schedulers.parallel(),
                System::nanoTime);
    }

    /** Past the circuit, because only the database's own answer tells whether it is there. */
    private Mono<Void> ask(Dialect dialect, Duration limit) {
        return transactions.direct(
                TransactionOptions.defaults().named(StartUpCheck.NAME).timeout(limit),
                session -> session.sql(dialect.healthQuery()).execute());
    }

    @Override
    public <T> Mono<T> withTransaction(
            TransactionOptions options, Function<? super Session, ? extends Mono<? extends T>> function) {
        requireFunction(function);
        return transactions.mono(options, function);
    }

    @Override
    public <T> Flux<T> withTransactionMany(
            TransactionOptions options, Function<? super Session, ? extends Publisher<? extends T>> function) {
        requireFunction(function);
        return transactions.flux(options, function);
    }

    @Override
    public <T> Mono<T> withSession(Function<? super Session, ? extends Mono<? extends T>> function) {
        requireFunction(function);
        return transactions.sessionMono(function);
    }

    @Override
    public <T> Flux<T> withSessionMany(Function<? super Session, ? extends Publisher<? extends T>> function) {
        requireFunction(function);
        return transactions.sessionFlux(function);
    }

    @Override
    public <T> Mono<Once<T>> once(
            TransactionOptions options,
            String operationId,
            Function<? super Session, ? extends Mono<? extends T>> function) {
        requireFunction(function);
        return operations.once(options, operationId, function);
    }

    private static void requireFunction(Object function) {
        Objects.requireNonNull(function, "function must not be null; return Mono.empty() from it to do nothing");
    }

    @Override
    public ConnectionFactory connectionFactory() {
        return transactions.connectionFactory();
    }

    @Override
    public Mono<HealthReport> health() {
        return probe.report();
    }

    @Override
    public PoolStatus poolStatus() {
        return source.status();
    }

    @Override
    public List<ActiveSession> activeSessions() {
        return transactions.look();
    }

    @Override
    public SessionStatistics statistics() {
        return transactions.statistics();
    }

    @Override
    public Mono<Void> reset() {
        return Mono.fromRunnable(source::renew);
    }

    @Override
    public Mono<Void> quiesced() {
        return transactions.quiesced();
    }

    @Override
    public Mono<Void> verify(int attempts, Duration delay) {
        return startUpCheck.run(attempts, delay);
    }

    @Override
    public Mono<Void> close() {
        return transactions.refuse(closeGrace).then(shutDown);
    }
}
