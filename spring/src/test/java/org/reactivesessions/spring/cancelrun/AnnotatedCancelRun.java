package org.reactivesessions.spring.cancelrun;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.BitSet;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;
import org.reactivesessions.spring.cancelrun.Contestant.Kind;
import org.reactivesessions.testkit.server.PostgresServer;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.server.TestServers;
import org.springframework.core.SpringVersion;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;

/**
 * The program: a {@code @Transactional} method that inserts two rows, called again and again and cancelled at random moments. It ends
 * with exit code 1 if sessions have left one row of two, lost a connection, or lost what they had acknowledged; the others are only
 * reported.
 *
 * <p>{@code mvn -q -pl spring -am test-compile exec:exec@cancel-run -DcancelRun.skip=false}
 */
final class AnnotatedCancelRun {

    private static final int AT_A_TIME = 16;
    private static final double CANCELLED = 0.8;
    private static final int WITHIN_MICROS = 3_000;
    private static final Duration STANDSTILL = Duration.ofMinutes(10);

    private AnnotatedCancelRun() {}

    /** What was found. */
    record Findings(
            int transactions, long cancelled, long half, long acknowledgedButAbsent, int connectionsLost, long failed) {

        boolean isClean() {
            return half == 0 && acknowledgedButAbsent == 0 && connectionsLost == 0 && failed == 0;
        }
    }

    /**
     * Runs it and ends the JVM.
     *
     * @param arguments how many transactions, and a seed
     */
    public static void main(String... arguments) throws SQLException {
        int transactions = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 50_000;
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1;
        Hooks.onErrorDropped(dropped -> {});
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PostgresServer server = TestServers.current();
        out.printf(
                "Random cancels of a @Transactional method with two inserts, seed %d: %d at a time on %d connections, each"
                        + " cancelled with probability %.1f within %d ms.%n",
                seed, AT_A_TIME, Contestant.CONNECTIONS, CANCELLED, WITHIN_MICROS / 1_000);
        out.printf(
                "PostgreSQL %s, Spring Framework %s, Java %s, %d processors.%n%n",
                version(server),
                SpringVersion.getVersion(),
                Runtime.version(),
                Runtime.getRuntime().availableProcessors());
        out.println(
                "| run by | transactions | cancelled | half transactions (one row of two) | acknowledged but absent |"
                        + " connections lost | failed |");
        out.println("| --- | --- | --- | --- | --- | --- | --- |");
        boolean clean = true;
        for (Kind kind : Kind.values()) {
            try (TestDatabase database = server.freshDatabase()) {
                Findings found = run(kind, database, transactions, seed);
                out.printf(
                        "| %s | %,d | %,d | %,d | %,d | %,d | %,d |%n",
                        kind,
                        found.transactions(),
                        found.cancelled(),
                        found.half(),
                        found.acknowledgedButAbsent(),
                        found.connectionsLost(),
                        found.failed());
                clean &= kind != Kind.SESSIONS || found.isClean();
            }
        }
        out.println();
        out.println(clean ? "PASSED" : "FAILED");
        System.exit(clean ? 0 : 1);
    }

    private static String version(PostgresServer server) throws SQLException {
        try (TestDatabase database = server.freshDatabase();
                Connection jdbc = database.openJdbc()) {
            return jdbc.getMetaData().getDatabaseProductVersion();
        }
    }

    static Findings run(Kind kind, TestDatabase database, int transactions, long seed) throws SQLException {
        try (Connection jdbc = database.openJdbc();
                Statement statement = jdbc.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS part");
            statement.execute("CREATE TABLE part (transaction int, part int)");
            Random random = new Random(seed);
            LongAdder cancelled = new LongAdder();
            LongAdder failed = new LongAdder();
            BitSet acknowledged = new BitSet(transactions);
            int lost;
            try (Contestant contestant = new Contestant(kind, database.r2dbcUrl())) {
                Transfers transfers = contestant.transfers();
                Flux.range(0, transactions)
                        .flatMap(
                                id -> {
                                    Mono<Long> work = transfers
                                            .both(id)
                                            .doOnNext(rows -> acknowledge(acknowledged, id))
                                            .doOnCancel(cancelled::increment)
                                            .doOnError(error -> failed.increment())
                                            .onErrorComplete();
                                    return random.nextDouble() < CANCELLED
                                            ? work.takeUntilOther(later(random.nextInt(WITHIN_MICROS)))
                                            : work;
                                },
                                AT_A_TIME)
                        .then()
                        .block(STANDSTILL);
                lost = contestant.settle();
            }
            long half = 0;
            BitSet present = new BitSet(transactions);
            try (ResultSet rows =
                    statement.executeQuery("SELECT transaction, count(*) FROM part GROUP BY transaction")) {
                while (rows.next()) {
                    present.set(rows.getInt(1));
                    half += rows.getLong(2) == 2 ? 0 : 1;
                }
            }
            acknowledged.andNot(present);
            return new Findings(transactions, cancelled.sum(), half, acknowledged.cardinality(), lost, failed.sum());
        }
    }

    private static void acknowledge(BitSet acknowledged, int id) {
        synchronized (acknowledged) {
            acknowledged.set(id);
        }
    }

    private static Mono<Long> later(int micros) {
        return Mono.delay(Duration.ofNanos(micros * 1_000L));
    }
}
