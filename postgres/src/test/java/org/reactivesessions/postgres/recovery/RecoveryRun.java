package org.reactivesessions.postgres.recovery;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.pool.PoolStatus;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.postgres.report.Arguments;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.reactivesessions.testkit.server.ServerCensus;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The program: a server that is killed under the load of 64 callers, all of its processes at once, and started again on the same
 * data, round by round. It prints what the callers heard, how long the longest call took, and how long it was until four fifths
 * of the work of before were done again, over two seconds. It ends with exit code 1 if a call took longer than its time, if work
 * came back too late, if the database was asked too often, or if anything was left behind.
 *
 * <p>{@code mvn -q -pl postgres -am test-compile exec:exec@recovery -Drecovery.skip=false -Drecovery.program=RecoveryRun
 * -Drecovery.args="--rounds 20"}
 */
public final class RecoveryRun {

    private static final int SIZE = 16;
    private static final Duration LIMIT = Duration.ofSeconds(8);
    /** What a busy machine may add to it. */
    private static final Duration TOLERANCE = Duration.ofMillis(500);

    private static final Duration WINDOW = Duration.ofSeconds(2);
    private static final Duration RECOVERY = Duration.ofSeconds(10);
    private static final int SHARE = 80;
    private static final double MOST_ATTEMPTS = 1.2;
    private static final Duration AFTER_A_FAILURE = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final TransactionOptions OPTIONS =
            TransactionOptions.defaults().named("recovery").timeout(LIMIT);

    private final EmbeddedServer server;
    private final ReactiveSessions sessions;
    private final Tallies tallies;
    private final Protocol protocol;
    private final int share;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile Goodput goodput = new Goodput();

    private RecoveryRun(
            EmbeddedServer server, ReactiveSessions sessions, Tallies tallies, Protocol protocol, int share) {
        this.server = server;
        this.sessions = sessions;
        this.tallies = tallies;
        this.protocol = protocol;
        this.share = share;
    }

    /** Runs it and ends the JVM. */
    public static void main(String... arguments) throws SQLException, IOException {
        Arguments options = Arguments.parse(List.of("rounds", "callers", "share", "report"), arguments);
        int callers = options.number("callers", 64);
        Protocol protocol = new Protocol();
        protocol.line(
                "A server that is killed (SIGKILL, all processes) and started again under %d callers on %d connections.",
                callers, SIZE);
        try (EmbeddedServer server = EmbeddedServer.start();
                TestDatabase database = server.freshDatabase()) {
            protocol.machine(prepare(database));
            Tallies tallies = new Tallies();
            ReactiveSessions sessions = PostgresSessions.builder()
                    .url(database.r2dbcUrl())
                    .pool(PoolOptions.defaults().maxSize(SIZE))
                    .listener(tallies)
                    .build();
            new RecoveryRun(server, sessions, tallies, protocol, options.number("share", SHARE))
                    .run(callers, options.number("rounds", 20), database);
        }
        protocol.conclude(options.report());
    }

    private static String prepare(TestDatabase database) throws SQLException {
        try (Connection connection = database.openJdbc();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE item (id int PRIMARY KEY, changed int NOT NULL);"
                    + " INSERT INTO item SELECT id, 0 FROM generate_series(1, 10000) id");
            try (ResultSet row = statement.executeQuery("SHOW server_version")) {
                row.next();
                return row.getString(1);
            }
        }
    }

    private void run(int callers, int rounds, TestDatabase database) {
        Sinks.Empty<Void> done = Sinks.empty();
        Flux.range(0, callers)
                .flatMap(caller -> call(caller).repeat(() -> !over.get()), callers)
                .doFinally(end -> done.tryEmitEmpty())
                .subscribe(nothing -> {}, error -> protocol.fault("a caller has ended: %s", error));
        List<List<String>> table = new ArrayList<>();
        table.add(List.of(
                "round",
                "calls/s before",
                "down ms",
                "back after ms",
                "calls/s then",
                "longest call ms",
                "attempts/call",
                "errors"));
        warmUp();
        for (int round = 1; round <= rounds; round++) {
            table.add(round(round));
        }
        over.set(true);
        done.asMono().block(PATIENCE);
        protocol.table(table);
        leftNothing(database);
    }

    /** Until the connections are there, and everybody has had one for a while, which takes long on a busy machine. */
    private void warmUp() {
        Tallies.Read read;
        long since = System.nanoTime();
        do {
            tallies.read();
            pass(WINDOW);
            read = tallies.read();
        } while ((!read.errors().isEmpty() || read.successes() == 0) && System.nanoTime() - since < PATIENCE.toNanos());
    }

    private Mono<Void> call(int caller) {
        return Mono.defer(() -> {
            long since = System.nanoTime();
            return sessions.withTransaction(
                            OPTIONS,
                            session -> session.sql("UPDATE item SET changed = changed + 1 WHERE id = $1", caller + 1)
                                    .rowsUpdated())
                    .doOnSuccess(updated -> {
                        tallies.succeeded(System.nanoTime() - since);
                        goodput.success();
                    })
                    .then()
                    .onErrorResume(error -> {
                        tallies.failed(System.nanoTime() - since, error);
                        return Mono.delay(AFTER_A_FAILURE).then();
                    });
        });
    }

    private List<String> round(int number) {
        goodput = new Goodput();
        tallies.read();
        pass(WINDOW.plusMillis(500));
        tallies.read();
        long killed = System.nanoTime();
        double normal = goodput.perSecond(killed - WINDOW.toNanos(), WINDOW);
        server.crash();
        server.restart();
        long up = System.nanoTime();
        long back = -1;
        while (back < 0
                && System.nanoTime() - up
                        < RECOVERY.plus(WINDOW.multipliedBy(2)).toNanos()) {
            pass(Duration.ofMillis(100));
            back = goodput.millisUntil(up, normal * share / 100, WINDOW, System.nanoTime());
        }
        Tallies.Read read = tallies.read();
        judge(number, back, read);
        return List.of(
                "" + number,
                String.format(Locale.ROOT, "%,.0f", normal),
                "" + Duration.ofNanos(up - killed).toMillis(),
                back < 0 ? "never" : "" + back,
                String.format(Locale.ROOT, "%,.0f", goodput.perSecond(System.nanoTime() - WINDOW.toNanos(), WINDOW)),
                "" + read.longestMillis(),
                String.format(Locale.ROOT, "%.3f", read.attemptsPerCall()),
                read.kinds());
    }

    private void judge(int number, long back, Tallies.Read read) {
        if (back < 0 || back > RECOVERY.toMillis()) {
            protocol.fault("round %d: %d %% of the work were not back within %s", number, share, RECOVERY);
        }
        if (read.longestMillis() > LIMIT.plus(TOLERANCE).toMillis()) {
            protocol.fault("round %d: a call took %d ms, but its time was %s", number, read.longestMillis(), LIMIT);
        }
        if (read.attemptsPerCall() > MOST_ATTEMPTS) {
            protocol.fault("round %d: %.3f attempts for each call", number, read.attemptsPerCall());
        }
    }

    private void leftNothing(TestDatabase database) {
        sessions.quiesced().block(PATIENCE);
        PoolStatus pool = sessions.poolStatus();
        protocol.line("%s at the end.", pool);
        if (pool.acquired() + pool.pending() > 0) {
            protocol.fault("left behind: %s", pool);
        }
        ServerCensus census = ServerCensus.await(
                database, Duration.ofSeconds(10), now -> now.sessions().size() <= pool.allocated() + 1);
        int others = census.sessions().size() - pool.allocated();
        protocol.line(
                "%d sessions on the server, one of them for health.",
                census.sessions().size());
        if (others < 0 || others > 1) {
            protocol.fault(
                    "%d sessions on the server, but %d connections here",
                    census.sessions().size(), pool.allocated());
        }
        sessions.close().block(PATIENCE);
        protocol.line("");
    }

    private static void pass(Duration time) {
        long until = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
