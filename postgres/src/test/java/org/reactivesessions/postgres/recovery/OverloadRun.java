package org.reactivesessions.postgres.recovery;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.FailureKind;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.postgres.report.Arguments;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.reactivesessions.testkit.server.TestDatabase;

/**
 * The program: five times as many transactions as can be served arrive for some seconds, whatever becomes of them, and then half
 * as many as can be served; without a target for the wait, and with one. What a caller has after a second he does not want any
 * more, so it is not counted as good. It ends with exit code 1 if with the target less than four fifths of what can be served was
 * good during the overload, or if it took longer than 10 s until everybody was served after it.
 *
 * <p>{@code mvn -q -pl postgres -am test-compile exec:exec@recovery -Drecovery.skip=false -Drecovery.program=OverloadRun
 * -Drecovery.args="--seconds 10"}
 */
public final class OverloadRun {

    private static final int SIZE = 8;
    private static final int TIMES = 5;
    private static final Duration TARGET = Duration.ofMillis(50);
    private static final Duration WANTED = Duration.ofSeconds(1);
    private static final Duration RECOVERY = Duration.ofSeconds(10);
    private static final double SHARE = 0.8;
    private static final int LONG_QUEUE = 20_000;

    private final TestDatabase database;
    private final Duration time;
    private final Protocol protocol;

    private OverloadRun(TestDatabase database, Duration time, Protocol protocol) {
        this.database = database;
        this.time = time;
        this.protocol = protocol;
    }

    /** Runs it and ends the JVM. */
    public static void main(String... arguments) throws SQLException, IOException {
        Arguments options = Arguments.parse(List.of("seconds", "report"), arguments);
        Duration time = Duration.ofSeconds(options.number("seconds", 10));
        Protocol protocol = new Protocol();
        protocol.line(
                "%d times the load that %d connections can serve for %d s, each transaction 20 ms, then half of what they can serve.",
                TIMES, SIZE, time.toSeconds());
        try (EmbeddedServer server = EmbeddedServer.start();
                TestDatabase database = server.freshDatabase();
                Connection connection = database.openJdbc()) {
            protocol.machine(connection.getMetaData().getDatabaseProductVersion());
            new OverloadRun(database, time, protocol).run();
        }
        protocol.conclude(options.report());
    }

    private void run() {
        double capacity = capacity();
        protocol.line("They can serve %.0f/s; the best of six measurements.", capacity);
        protocol.line("");
        PoolOptions pool = PoolOptions.defaults().maxSize(SIZE);
        List<List<String>> table = new ArrayList<>();
        table.add(List.of(
                "wait target, queue",
                "arrive/s",
                "good/s",
                "of what can be served",
                "p50 ms",
                "p99 ms",
                "refused/s",
                "timed out/s",
                "all served again after ms"));
        row("none, 20,000", pool.maxPending(LONG_QUEUE), capacity, table);
        row("none, 80 (default)", pool, capacity, table);
        Outcome shed = row("50 ms, 20,000", pool.maxPending(LONG_QUEUE).waitTarget(TARGET), capacity, table);
        Outcome both = row("50 ms, 80", pool.waitTarget(TARGET), capacity, table);
        protocol.table(table);
        protocol.line(
                "good: committed within %d ms of its arrival; p50 and p99 of all that committed.", WANTED.toMillis());
        protocol.line("");
        judge("50 ms, 20,000", shed);
        judge("50 ms, 80", both);
    }

    private void judge(String name, Outcome outcome) {
        if (outcome.share() < SHARE) {
            protocol.fault("%s: %.0f %% of what can be served was good", name, 100 * outcome.share());
        }
        if (outcome.backMillis() < 0 || outcome.backMillis() > RECOVERY.toMillis()) {
            protocol.fault("%s: not everybody was served within %s of the overload", name, RECOVERY);
        }
    }

    /**
     * What one setting gave.
     *
     * @param share of what can be served, that was good during the overload
     * @param backMillis until everybody was served again, -1 if it was not
     */
    private record Outcome(double share, long backMillis) {}

    private Outcome row(String name, PoolOptions pool, double capacity, List<List<String>> table) {
        ReactiveSessions sessions =
                PostgresSessions.builder().url(database.r2dbcUrl()).pool(pool).build();
        try {
            Crowd crowd = new Crowd(sessions);
            crowd.perSecond(SIZE, Duration.ofSeconds(2)); // to warm up
            long turn = System.nanoTime() + time.toNanos();
            List<Call> calls = crowd.arriving(
                    TIMES * capacity,
                    turn,
                    capacity / 2,
                    turn + RECOVERY.plus(WANTED.multipliedBy(2)).toNanos());
            List<Call> overload =
                    calls.stream().filter(call -> call.at() < turn).toList();
            double good = goodBy(turn, overload) / seconds();
            long back = back(turn, calls);
            table.add(List.of(
                    name,
                    figure(overload.size() / seconds()),
                    figure(good),
                    String.format(Locale.ROOT, "%.0f %%", 100 * good / capacity),
                    figure(millis(overload, 0.5)),
                    figure(millis(overload, 0.99)),
                    figure(kind(overload, FailureKind.OVERLOADED) / seconds()),
                    figure(kind(overload, FailureKind.SATURATED) / seconds()),
                    back < 0 ? "not" : figure((double) back)));
            return new Outcome(good / capacity, back);
        } finally {
            sessions.close().block(Duration.ofSeconds(60));
        }
    }

    /** The best of some, because a machine that is busy now and then shows less than it can do. */
    private double capacity() {
        ReactiveSessions sessions = PostgresSessions.builder()
                .url(database.r2dbcUrl())
                .pool(PoolOptions.defaults().maxSize(SIZE))
                .build();
        try {
            Crowd crowd = new Crowd(sessions);
            double best = 0;
            for (int i = 0; i < 6; i++) {
                best = Math.max(best, crowd.perSecond(2 * SIZE, Duration.ofSeconds(2)));
            }
            return best;
        } finally {
            sessions.close().block(Duration.ofSeconds(60));
        }
    }

    private double seconds() {
        return time.toNanos() / 1e9;
    }

    private static String figure(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    /** Only what was done by then was done during the overload. */
    private static long goodBy(long end, List<Call> calls) {
        return calls.stream()
                .filter(call -> call.isGood(WANTED.toNanos()) && call.at() + call.nanos() <= end)
                .count();
    }

    private static long kind(List<Call> calls, FailureKind kind) {
        return calls.stream()
                .filter(call -> call.error() instanceof DatabaseUnavailableException away && away.kind() == kind)
                .count();
    }

    private static double millis(List<Call> calls, double share) {
        List<Long> sorted = calls.stream()
                .filter(call -> call.error() == null)
                .map(Call::nanos)
                .sorted()
                .toList();
        return sorted.isEmpty() ? 0 : sorted.get((int) (share * (sorted.size() - 1))) / 1e6;
    }

    /** How long after a moment the first second began of whose calls all were good. */
    private static long back(long moment, List<Call> calls) {
        List<Call> after = calls.stream()
                .filter(call -> call.at() >= moment)
                .sorted(Comparator.comparingLong(Call::at))
                .toList();
        long from = moment;
        for (Call call : after) {
            if (call.at() - from >= WANTED.toNanos()) {
                return Duration.ofNanos(from - moment).toMillis();
            }
            if (!call.isGood(WANTED.toNanos())) {
                from = call.at() + 1;
            }
        }
        return -1;
    }
}
