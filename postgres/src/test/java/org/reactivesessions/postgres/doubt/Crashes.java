package org.reactivesessions.postgres.doubt;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.CommitVerification;
import org.reactivesessions.transaction.TimeLimits;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Rounds of transactions on a server that is killed in the middle of them and started again. Used by one thread. */
final class Crashes implements AutoCloseable {

    private static final int WORKERS = 12;
    private static final Duration LATENCY = Duration.ofMillis(3);
    /** An open circuit refuses at once. */
    private static final Duration AFTER_A_FAILURE = Duration.ofMillis(20);

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final TimeLimits LIMITS = new TimeLimits(Duration.ofSeconds(5), Duration.ofSeconds(10));
    private static final String INSERT = "INSERT INTO crash (id) VALUES ($1)";
    /** The server is killed after so many COMMITs, or answers to it, were seen. */
    private static final int SEEN = 60;

    private final EmbeddedServer server;
    private final TestDatabase database;
    private final FaultProxy proxy;
    private final Hearing hearing = new Hearing();
    private final ReactiveSessions sessions;
    private final TransactionOptions options;
    private final AtomicInteger ids = new AtomicInteger();

    Crashes(EmbeddedServer server, CommitVerification verification, Planted planted) throws SQLException {
        this.server = server;
        this.database = server.freshDatabase();
        Sessions.install(database);
        try (Oracle oracle = new Oracle(database)) {
            oracle.run("CREATE TABLE crash (id integer PRIMARY KEY)");
        }
        this.proxy = FaultProxy.start(server.host(), server.port());
        proxy.latency(LATENCY);
        this.sessions = Sessions.open(database, proxy, WORKERS, LIMITS, hearing, planted);
        this.options = TransactionOptions.defaults().verification(verification);
    }

    /** Kills the server once, and asks what became of every transaction of the round. */
    List<Fate> run(Cut cut, Random random) throws SQLException, InterruptedException {
        Map<Integer, Told> told = new ConcurrentHashMap<>();
        AtomicBoolean cutOff = new AtomicBoolean();
        Sinks.Empty<Void> done = Sinks.empty();
        Rule seen = proxy.watch(
                random.nextBoolean()
                        ? FrameMatch.fromClient('Q').sql(Sightings.COMMIT)
                        : FrameMatch.fromServer('C').answering(Sightings.COMMIT));
        Disposable work = Flux.range(0, WORKERS)
                .flatMap(worker -> transaction(told).repeat(() -> !cutOff.get()), WORKERS)
                .doOnTerminate(done::tryEmitEmpty)
                .subscribe();
        seen.awaitHits(1 + random.nextInt(SEEN), PATIENCE);
        seen.remove();
        pause(random.nextInt(3_000));
        cutOff.set(true);
        kill(cut, random);
        server.restart();
        done.asMono().block(PATIENCE);
        work.dispose();
        return fates(cut, told);
    }

    private void kill(Cut cut, Random random) {
        switch (cut) {
            case KILLED -> server.crash();
            case ANSWERS_LOST -> {
                Rule lost = proxy.hold(FrameMatch.fromServer('C').answering(Sightings.COMMIT));
                pause(random.nextInt(6_000));
                server.crash();
                proxy.resetAll();
                lost.remove();
            }
            case NETWORK_FIRST -> {
                proxy.resetAll();
                server.crash();
            }
        }
    }

    private static void pause(int micros) {
        LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(micros));
    }

    private Mono<Void> transaction(Map<Integer, Told> told) {
        return Mono.defer(() -> {
            int id = ids.incrementAndGet();
            return Told.by(sessions.withTransaction(
                            options.named(name(id)),
                            session -> session.sql(INSERT, id).rowsUpdated()))
                    .doOnNext(heard -> told.put(id, heard))
                    .flatMap(heard -> heard.error() == null ? Mono.empty() : Mono.delay(AFTER_A_FAILURE))
                    .then();
        });
    }

    private static String name(int id) {
        return "crash " + id;
    }

    private List<Fate> fates(Cut cut, Map<Integer, Told> told) throws SQLException {
        Set<Integer> present = present();
        List<Fate> fates = new ArrayList<>();
        told.forEach((id, heard) -> fates.add(
                new Fate(id, cut, heard, hearing.ended(name(id)), hearing.resolved(name(id)), present.contains(id))));
        return fates;
    }

    /** The keys of all rows that are there now. */
    Set<Integer> present() throws SQLException {
        try (Oracle oracle = new Oracle(database)) {
            return oracle.numbers("SELECT id FROM crash");
        }
    }

    /** How many transactions there were, whether anybody was told of their end or not. */
    int transactions() {
        return ids.get();
    }

    long longestMillis() {
        return hearing.longestMillis();
    }

    @Override
    public void close() {
        sessions.close().block(PATIENCE);
        proxy.close();
        database.close();
    }
}
