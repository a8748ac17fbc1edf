package org.reactivesessions.postgres.pgbouncer;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.testkit.pgbouncer.PgBouncerProcess;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.proxy.RoundTrips;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Mono;

/** One application: sessions behind a proxy that counts, behind which is PgBouncer. Closing it checks that nothing is held. */
final class Clients implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(30);

    private final FaultProxy proxy;
    private final Map<String, TransactionOutcome> outcomes = new ConcurrentHashMap<>();
    private final ReactiveSessions sessions;

    private Clients(
            TestDatabase database,
            PgBouncerProcess bouncer,
            int size,
            UnaryOperator<PostgresSessions.Builder> settings) {
        this.proxy = FaultProxy.start(bouncer.host(), bouncer.port());
        this.sessions = settings.apply(PostgresSessions.builder()
                        .url(database.r2dbcUrl(proxy.host(), proxy.port()))
                        .pool(PoolOptions.defaults()
                                .maxSize(size)
                                .acquireTimeout(PATIENCE)
                                .createTimeout(PATIENCE))
                        .listener((name, phase, outcome, error) -> outcomes.put(name, outcome)))
                .build();
    }

    static Clients withPreset(TestDatabase database, PgBouncerProcess bouncer, int size) {
        return new Clients(database, bouncer, size, PostgresSessions.Builder::pgBouncer);
    }

    static Clients with(
            TestDatabase database,
            PgBouncerProcess bouncer,
            int size,
            UnaryOperator<PostgresSessions.Builder> settings) {
        return new Clients(database, bouncer, size, settings);
    }

    ReactiveSessions sessions() {
        return sessions;
    }

    /** How the last transaction of each name ended. */
    Map<String, TransactionOutcome> outcomes() {
        return outcomes;
    }

    int cancelRequests() {
        return proxy.cancelRequests();
    }

    static <T> T await(Mono<T> work) {
        return Objects.requireNonNull(work.block(PATIENCE), "an empty mono");
    }

    void quiesce() {
        sessions.quiesced().block(PATIENCE);
    }

    /** Does some work on the pool's one connection and counts its round trips; health is asked on another one. */
    long roundTrips(Mono<?> work) {
        sessions.withSession(session -> session.sql("SELECT 1").execute()).block(PATIENCE);
        try (RoundTrips count = proxy.countRoundTrips()) {
            work.block(PATIENCE);
            quiesce();
            return count.perLink().get(0).flights();
        }
    }

    @Override
    public void close() {
        quiesce();
        int held = sessions.poolStatus().acquired() + sessions.poolStatus().pending();
        sessions.close().block(PATIENCE);
        proxy.close();
        if (held != 0) {
            throw new AssertionError("left behind: " + held + " connections");
        }
    }
}
