package org.reactivesessions.benchmarks;

import java.util.Optional;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.transaction.CommitVerification;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The scopes through {@link ReactiveSessions}. */
final class OurScopes implements CountedScopes {

    private static final TransactionOptions READ_ONLY =
            TransactionOptions.defaults().readOnly();

    private static final TransactionOptions MARKED =
            TransactionOptions.defaults().verification(CommitVerification.marker());

    /** Whoever waits for a quiet client must not be taken for dead by it. */
    private static final PoolOptions ONE = PoolOptions.defaults()
            .maxSize(1)
            .maxPending(CountedScope.QUEUED.statements())
            .acquireTimeout(Load.PATIENCE)
            .createTimeout(Load.PATIENCE)
            .aliveWindow(Load.PATIENCE);

    private final ReactiveSessions sessions;

    /** @param autocommitWrites whether there is no guard */
    OurScopes(Endpoint endpoint, boolean autocommitWrites) {
        this.sessions = PostgresSessions.builder()
                .url(endpoint.r2dbcUrl())
                .pool(ONE)
                .autocommitWrites(autocommitWrites)
                .build();
    }

    @Override
    public Optional<Runnable> of(CountedScope scope) {
        Mono<Long> mono = scope(scope);
        return Optional.of(() -> mono.then(sessions.quiesced()).block(Load.PATIENCE));
    }

    private Mono<Long> scope(CountedScope scope) {
        return switch (scope) {
            case WRITE_1, WRITE_3 -> sessions.withTransaction(session -> inserts(session, scope.statements()));
            case SETTINGS_1, SETTINGS_3 ->
                sessions.withTransaction(Ours.SETTINGS, session -> inserts(session, scope.statements()));
            case MARKED_3 -> sessions.withTransaction(MARKED, session -> inserts(session, scope.statements()));
            case NESTED ->
                sessions.withTransaction(
                        session -> inserts(session, 1).then(session.nested(inner -> inserts(inner, 1))));
            case READ_ONLY -> sessions.withTransaction(READ_ONLY, OurScopes::balance);
            case QUEUED ->
                Flux.range(0, scope.statements())
                        .flatMap(number -> sessions.withTransaction(READ_ONLY, OurScopes::balance), scope.statements())
                        .count();
            case AWAITED ->
                sessions.withTransaction(session -> session.sql("LOCK TABLE note IN SHARE UPDATE EXCLUSIVE MODE")
                        .execute()
                        .then(inserts(session, 1)));
            case STARTED_AT ->
                sessions.withTransaction(session ->
                        Mono.zip(session.startedAt(), inserts(session, 1)).map(both -> both.getT2()));
            case READ -> sessions.withSession(OurScopes::balance);
        };
    }

    private static Mono<Long> inserts(Session session, int number) {
        return Flux.range(0, number)
                .concatMap(id -> session.sql(INSERT, id).rowsUpdated())
                .reduce(Long::sum);
    }

    private static Mono<Long> balance(Session session) {
        return session.sql(Contender.READ, 1).one(row -> row.get(0, Long.class));
    }

    @Override
    public void close() {
        sessions.close().block(Load.PATIENCE);
    }
}
