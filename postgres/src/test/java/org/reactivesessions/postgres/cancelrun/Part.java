package org.reactivesessions.postgres.cancelrun;

import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import org.reactivesessions.postgres.report.DropWatch;
import org.reactivesessions.testkit.server.PostgresServer;
import org.reactivesessions.testkit.server.ServerCensus;
import org.reactivesessions.testkit.server.TestDatabase;

/** One part of the run: traffic to one contestant on a fresh database, and every check afterwards. Not thread-safe. */
final class Part {

    /** Makes a contestant from its connections, and from a way to find a transaction by its name. */
    @FunctionalInterface
    interface Maker {
        Contestant make(Connections connections, Function<String, Track> tracks);
    }

    /** The shortest phase is aimed at most, because there a statement can slip behind ROLLBACK. */
    private static final CancelPhase[] AIMS = {
        CancelPhase.BETWEEN_STATEMENTS,
        CancelPhase.BEGINNING,
        CancelPhase.BETWEEN_STATEMENTS,
        CancelPhase.STATEMENT_IN_FLIGHT,
        CancelPhase.BETWEEN_STATEMENTS,
        CancelPhase.COMMITTING,
        CancelPhase.ROLLING_BACK
    };

    private final PostgresServer server;
    private final LeakWatch leaks;
    private final DropWatch drops;

    Part(PostgresServer server, LeakWatch leaks, DropWatch drops) {
        this.server = server;
        this.leaks = leaks;
        this.drops = drops;
    }

    /**
     * Runs it.
     *
     * @param transactions how many are cancelled, or not, by the clock
     * @param aimed how many follow whose cancel is aimed at a phase
     * @param progress hears how many transactions by the clock were started
     */
    PartResult run(String name, int transactions, int aimed, long seed, Maker maker, IntConsumer progress)
            throws InterruptedException, SQLException {
        Tracks tracks = new Tracks();
        Findings findings = new Findings();
        try (TestDatabase database = server.freshDatabase()) {
            Oracle oracle = new Oracle(database);
            oracle.createTable();
            boolean sharesClock = oracle.sharesClock();
            Connections connections = new Connections(database);
            boolean ended;
            Duration took;
            try (Contestant contestant = maker.make(connections, tracks::find);
                    Traffic traffic = new Traffic(contestant, tracks)) {
                if (!WarmUp.run(contestant, tracks, Traffic.STALL, () -> isFull(ServerCensus.of(database)))) {
                    throw new IllegalStateException(name + " did not open its " + Traffic.POOL + " connections");
                }
                List<Integer> backends = ServerCensus.of(database).backends();
                int opened = connections.opened();
                long start = System.nanoTime();
                ended = traffic.run(transactions, number -> Plan.byTheClock(seed, number), progress)
                        && traffic.run(aimed, aimed(seed, transactions), started -> {})
                        && contestant.settle(Traffic.STALL);
                took = Duration.ofNanos(System.nanoTime() - start);
                lookForStall(ended, traffic.waiting(), tracks, findings);
                findings.add(Check.LEAKED_PERMITS, contestant.acquired() + contestant.pending());
                lookAtServer(ServerCensus.of(database), backends, connections.opened() - opened, findings);
                Judge.judge(tracks.counted(), oracle.read(findings), contestant.tellsOutcomes(), sharesClock, findings);
            }
            lookAtClient(findings);
            return new PartResult(
                    name,
                    transactions,
                    aimed,
                    tracks.cancelled(),
                    tracks.cancelsByPhase(plan -> plan.aim() == null),
                    tracks.cancelsByPhase(plan -> plan.aim() != null),
                    !ended,
                    findings,
                    took);
        }
    }

    /**
     * Transactions that are cancelled just where a cancel by the clock seldom comes, because a phase is short or, on a slow
     * machine, begins later than the clock.
     */
    private static IntFunction<Plan> aimed(long seed, int before) {
        return number -> Plan.aimedAt(AIMS[number % AIMS.length], seed, before + number);
    }

    private static void lookForStall(boolean ended, int waiting, Tracks tracks, Findings findings) {
        findings.add(Check.STALLED, ended ? 0 : Math.max(1, waiting));
        if (!ended) {
            tracks.counted().stream()
                    .filter(Track::isWaiting)
                    .forEach(track -> findings.sample(
                            Check.STALLED, track.name() + " waits at step " + track.step() + ", " + track.plan()));
        }
    }

    private static boolean isFull(ServerCensus census) {
        return census.sessions().size() == Traffic.POOL;
    }

    /** Nothing may destroy a connection, so the backends must still be those of the beginning. */
    private static void lookAtServer(ServerCensus census, List<Integer> before, int opened, Findings findings) {
        findings.add(Check.IDLE_IN_TRANSACTION, census.idleInTransaction());
        findings.add(Check.TOO_MANY_SESSIONS, Math.max(0, census.sessions().size() - Traffic.POOL));
        Set<Integer> lost = new HashSet<>(before);
        lost.removeAll(census.backends());
        findings.add(Check.LOST_CONNECTIONS, Math.max(lost.size(), opened));
    }

    /** After the connections were closed, so that nothing holds a buffer any more. */
    private void lookAtClient(Findings findings) throws InterruptedException {
        findings.add(Check.LEAK_RECORDS, leaks.collect());
        leaks.samples().forEach(sample -> findings.sample(Check.LEAK_RECORDS, sample));
        findings.add(Check.DROPPED_SIGNALS, drops.count());
        drops.samples().forEach(sample -> findings.sample(Check.DROPPED_SIGNALS, sample));
        leaks.reset();
        drops.reset();
    }
}
