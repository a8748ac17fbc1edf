package org.reactivesessions.benchmarks;

import java.util.Optional;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The scopes through {@link ReactiveSessions}. */
final class OurScopes implements CountedScopes {

    private final ReactiveSessions sessions;

    OurScopes(Endpoint endpoint) {
        this.sessions =
                PostgresSessions.builder().url(endpoint.r2dbcUrl()).maxSize(1).build();
    }

    @Override
    public Optional<Runnable> of(CountedScope scope) {
        return scope(scope).map(mono -> () -> mono.block(Load.PATIENCE));
    }

    private Optional<Mono<Long>> scope(CountedScope scope) {
        return switch (scope) {
            case WRITE_1, WRITE_3 ->
                Optional.of(sessions.withTransaction(session -> inserts(session, scope.statements())));
            // There are no options for them.
            case SETTINGS_1, SETTINGS_3 -> Optional.empty();
            case NESTED ->
                Optional.of(sessions.withTransaction(
                        session -> inserts(session, 1).then(session.nested(inner -> inserts(inner, 1)))));
            case READ_ONLY ->
                Optional.of(
                        sessions.withTransaction(TransactionOptions.defaults().readOnly(), OurScopes::balance));
            case READ -> Optional.of(sessions.withSession(OurScopes::balance));
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
