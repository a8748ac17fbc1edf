package org.reactivesessions.postgres.cancelrun;

import io.r2dbc.spi.ConnectionFactory;
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
    private final boolean scopes;

    /** @param scopes whether the inserts come from inner scopes */
    Ours(ConnectionFactory connections, Dialect dialect, boolean scopes, Function<String, Track> tracks) {
        this.scopes = scopes;
        this.sessions = ReactiveSessions.builder(connections)
                .dialect(new ProbeDialect(dialect, tracks))
                .maxSize(Traffic.POOL)
                .listener((name, phase, outcome, error) -> tracks.apply(name).ended(phase, outcome, error))
                .build();
    }

    @Override
    public Publisher<Long> transaction(Track track) {
        TransactionOptions options = TransactionOptions.defaults().named(track.name());
        return track.plan().streams()
                ? sessions.withTransactionMany(options, session -> Work.stream(track, statements(session, track)))
                : sessions.withTransaction(options, session -> Work.single(track, statements(session, track)));
    }

    private Statements statements(Session session, Track track) {
        return scopes ? OnScopes.of(sessions, session, track) : new OnSession(session);
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
    public String underWay() {
        return sessions.poolStatus() + ", " + sessions.activeSessions();
    }

    @Override
    public boolean tellsOutcomes() {
        return true;
    }

    @Override
    public void close() {
        sessions.close().block(Traffic.STALL);
    }
}
