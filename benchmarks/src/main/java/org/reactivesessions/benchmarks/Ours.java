package org.reactivesessions.benchmarks;

import java.time.Duration;
import java.util.Optional;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.postgres.PostgresSessions;
import reactor.core.publisher.Mono;

/** The transactions through {@link ReactiveSessions}. */
final class Ours implements ReactiveContender {

    /** As many may wait as in the hand-written pool: all of them. */
    private static final PoolOptions POOL_OPTIONS = PoolOptions.defaults()
            .maxSize(POOL)
            .maxPending(100_000)
            .acquireTimeout(Duration.ofSeconds(30))
            .createTimeout(Duration.ofSeconds(30));

    private final ReactiveSessions sessions;

    Ours(Endpoint endpoint) {
        this.sessions = PostgresSessions.builder()
                .url(endpoint.r2dbcUrl())
                .pool(POOL_OPTIONS)
                .build();
    }

    /** The one whose transactions are read-only and have the {@link SampleSettings}; empty, as there are no options for them. */
    static Optional<Contender> withSettings() {
        return Optional.empty();
    }

    @Override
    public Mono<Long> read1(int id) {
        return sessions.withTransaction(session -> balance(session, id));
    }

    @Override
    public Mono<Long> write3(int id) {
        return sessions.withTransaction(session -> session.sql(DEBIT, id)
                .rowsUpdated()
                .then(balance(session, id))
                .flatMap(balance -> session.sql(NOTE, id, balance).rowsUpdated()));
    }

    private static Mono<Long> balance(Session session, int id) {
        return session.sql(READ, id).one(row -> row.get(0, Long.class));
    }

    @Override
    public void close() {
        sessions.close().block(Duration.ofMinutes(1));
    }
}
