package org.reactivesessions;

import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.health.HealthProbe;
import org.reactivesessions.health.HealthReport;
import org.reactivesessions.health.Sentinel;
import org.reactivesessions.observation.SessionListener;
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

/** The sessions of one database. The Context key of a session is the {@link ReactiveSessions} it belongs to. Thread-safe. */
final class DefaultReactiveSessions implements ReactiveSessions {

    private static final Duration CLOSE_GRACE = Duration.ofSeconds(30);

    private final ConnectionSource source;
    private final HealthProbe probe;
    private final Sentinel sentinel;
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
            SessionListener listener) {
        this.source = source;
        this.probe = probe;
        this.sentinel = sentinel;
        this.transactions = new Transactions<>(
                source,
                policy,
                retries,
                dialect,
                sentinel,
                limits,
                listener,
                scope -> new DefaultSession(scope, dialect),
                this,
                Schedulers.parallel(),
                System::nanoTime);
        this.operations = new Operations(transactions, dialect);
    }

    @Override
    public <T> Mono<T> withTransaction(Function<? super Session, ? extends Mono<? extends T>> function) {
        return withTransaction(TransactionOptions.defaults(), function);
    }

    @Override
    public <T> Mono<T> withTransaction(
            TransactionOptions options, Function<? super Session, ? extends Mono<? extends T>> function) {
        requireFunction(function);
        return transactions.mono(options, function);
    }

    @Override
    public <T> Flux<T> withTransactionMany(Function<? super Session, ? extends Publisher<? extends T>> function) {
        return withTransactionMany(TransactionOptions.defaults(), function);
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
    public <T> Mono<T> transactional(Mono<T> pipeline) {
        Objects.requireNonNull(pipeline, "pipeline must not be null");
        return withTransaction(session -> pipeline);
    }

    @Override
    public <T> Flux<T> transactional(Flux<T> pipeline) {
        Objects.requireNonNull(pipeline, "pipeline must not be null");
        return withTransactionMany(session -> pipeline);
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
    public Mono<Void> reset() {
        return Mono.fromRunnable(source::reset);
    }

    @Override
    public Mono<Void> quiesced() {
        return transactions.quiesced();
    }

    @Override
    public Mono<Void> close() {
        return Mono.fromRunnable(sentinel::close)
                .then(Mono.firstWithSignal(
                        transactions.close(), Mono.delay(CLOSE_GRACE).then()))
                .then(source.close())
                .then(probe.close());
    }
}
