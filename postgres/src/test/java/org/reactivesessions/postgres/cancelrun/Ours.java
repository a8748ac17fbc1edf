package org.reactivesessions.postgres.cancelrun;

import java.time.Duration;
import java.util.function.Function;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.transaction.TransactionOptions;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Reactive Sessions, with the dialect it is given. Thread-safe. */
final class Ours implements Contestant {

    private final ReactiveSessions sessions;

    Ours(Connections connections, Dialect dialect, Function<String, Track> tracks) {
        sessions = ReactiveSessions.builder(connections)
                .dialect(new ProbeDialect(dialect, tracks))
                .maxSize(Traffic.POOL)
                .listener((name, phase, outcome, error) -> tracks.apply(name).ended(phase, outcome, error))
                .build();
    }

    @Override
    public Publisher<Long> transaction(Track track) {
        TransactionOptions options = TransactionOptions.defaults().named(track.name());
        return track.plan().streams()
                ? sessions.withTransactionMany(options, session -> Work.stream(track, new OnSession(session)))
                : sessions.withTransaction(options, session -> Work.single(track, new OnSession(session)));
    }

    @Override
    public boolean settle(Duration atMost) {
        return Boolean.TRUE.equals(sessions.quiesced()
                .thenReturn(true)
                .timeout(atMost, Mono.just(false))
                .block());
    }

    @Override
    public int acquired() {
        return sessions.poolStatus().acquired();
    }

    @Override
    public int pending() {
        return sessions.poolStatus().pending();
    }

    @Override
    public boolean tellsOutcomes() {
        return true;
    }

    @Override
    public void close() {
        sessions.close().block(Traffic.STALL);
    }

    /** Inserts over a session, and over its connection. */
    private record OnSession(Session session) implements Statements {

        @Override
        public Mono<Long> insert(Plan.Form form, int transaction, int part) {
            return switch (form) {
                case PARAMETERISED ->
                    session.sql(PARAMETERISED, transaction, part).rowsUpdated();
                case PLAIN -> session.sql(Statements.plain(transaction, part)).rowsUpdated();
                case RETURNING -> session.sql(RETURNING, transaction, part).one(Statements::one);
                case PARAMETERISED_ON_CONNECTION, PLAIN_ON_CONNECTION ->
                    new ConnectionStatements(session.connection()).insert(form, transaction, part);
            };
        }

        @Override
        public Mono<Long> insertBoth(int transaction) {
            return session.sql(PARAMETERISED)
                    .bind(0, transaction)
                    .bind(1, 1)
                    .add()
                    .bind(0, transaction)
                    .bind(1, 2)
                    .rowsUpdated();
        }

        @Override
        public Mono<Long> query(int transaction) {
            return session.sql(QUERY, transaction).one(Statements::one);
        }
    }
}
