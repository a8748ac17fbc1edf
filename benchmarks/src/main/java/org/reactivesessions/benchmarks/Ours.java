package org.reactivesessions.benchmarks;

import io.r2dbc.spi.IsolationLevel;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.health.HealthReport;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.pool.PoolStatus;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.transaction.CommitVerification;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Mono;

/** The transactions through {@link ReactiveSessions}. */
final class Ours implements ReactiveContender {

    /** As many may wait as in the hand-written pool: all of them. */
    static final PoolOptions POOL_OPTIONS = PoolOptions.defaults()
            .maxSize(POOL)
            .maxPending(100_000)
            .acquireTimeout(Load.PATIENCE)
            .createTimeout(Duration.ofSeconds(30));

    /** The {@link SampleSettings}. */
    static final TransactionOptions SETTINGS = TransactionOptions.defaults()
            .isolation(IsolationLevel.REPEATABLE_READ)
            .statementTimeout(SampleSettings.STATEMENT_TIMEOUT)
            .lockTimeout(SampleSettings.LOCK_TIMEOUT)
            .setting(SampleSettings.TENANT_NAME, SampleSettings.TENANT);

    private final ReactiveSessions sessions;
    private final TransactionOptions options;

    /** With a listener, as services have one. */
    private final LongAdder ended = new LongAdder();

    Ours(Endpoint endpoint) {
        this(endpoint, TransactionOptions.defaults());
    }

    Ours(Endpoint endpoint, Terms terms) {
        this(endpoint, options(terms));
    }

    private Ours(Endpoint endpoint, TransactionOptions options) {
        this(endpoint, options, builder -> builder.pool(POOL_OPTIONS));
    }

    private Ours(Endpoint endpoint, TransactionOptions options, UnaryOperator<PostgresSessions.Builder> settings) {
        this.options = options;
        this.sessions = settings.apply(PostgresSessions.builder()
                        .url(endpoint.r2dbcUrl())
                        .listener((name, phase, outcome, error) -> ended.increment()))
                .build();
    }

    private Ours(ReactiveSessions sessions) {
        this.options = TransactionOptions.defaults();
        this.sessions = sessions;
    }

    /** The one that is watched as given, and by nobody else. */
    static Ours watched(Endpoint endpoint, UnaryOperator<PostgresSessions.Builder> watching) {
        return new Ours(watching.apply(
                        PostgresSessions.builder().url(endpoint.r2dbcUrl()).pool(POOL_OPTIONS))
                .build());
    }

    /** The one with settings of its own; nothing is set about its pool before. */
    static Ours with(Endpoint endpoint, UnaryOperator<PostgresSessions.Builder> settings) {
        return new Ours(endpoint, TransactionOptions.defaults(), settings);
    }

    /** The one that waits for BEGIN. */
    static Ours unguarded(Endpoint endpoint, Terms terms) {
        return new Ours(
                endpoint, options(terms), builder -> builder.pool(POOL_OPTIONS).autocommitWrites(true));
    }

    private static TransactionOptions options(Terms terms) {
        return terms == Terms.SETTINGS ? SETTINGS : TransactionOptions.defaults();
    }

    /** The one whose transactions are verified. */
    static Ours verified(Endpoint endpoint, int connections, CommitVerification verification) {
        return new Ours(
                endpoint,
                TransactionOptions.defaults().verification(verification),
                builder -> builder.pool(POOL_OPTIONS.maxSize(connections)));
    }

    @Override
    public Mono<Long> read1(int id) {
        return sessions.withTransaction(options, session -> balance(session, id));
    }

    @Override
    public Mono<Long> write3(int id) {
        return sessions.withTransaction(options, session -> transfer(session, id));
    }

    /** What the pool looks like now. */
    PoolStatus poolStatus() {
        return sessions.poolStatus();
    }

    /** What a service is asked by whoever watches it. */
    HealthReport health() {
        return Objects.requireNonNull(sessions.health().block(Load.PATIENCE));
    }

    /** What READ1 does. */
    static Mono<Long> balance(Session session, int id) {
        return session.sql(READ, id).one(row -> row.get(0, Long.class));
    }

    /** What WRITE3 does. */
    static Mono<Long> transfer(Session session, int id) {
        return session.sql(DEBIT, id)
                .rowsUpdated()
                .then(balance(session, id))
                .flatMap(balance -> session.sql(NOTE, id, balance).rowsUpdated());
    }

    @Override
    public void close() {
        sessions.close().block(Duration.ofMinutes(1));
    }
}
