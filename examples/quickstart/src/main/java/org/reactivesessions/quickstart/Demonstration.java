package org.reactivesessions.quickstart;

import java.io.PrintStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.pool.PoolStatus;
import org.reactivesessions.quickstart.Ledger.Balances;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.reactivesessions.testkit.server.PostgresServer;
import org.reactivesessions.testkit.server.ServerCensus;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Mono;

/**
 * The five parts of the program, in order: a transfer that commits, one that rolls back, cancels at random moments, a
 * server that is stopped and started again, and the pool afterwards. Every figure it prints was read at that moment, from
 * the database over JDBC or from the sessions. Not thread-safe.
 */
final class Demonstration {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final long AMOUNT = 100;
    private static final int ENOUGH = 10;

    private final PostgresServer server;
    private final BiFunction<TestDatabase, SessionListener, ReactiveSessions> factory;
    private final Settings settings;
    private final Report report;
    private final Outcomes outcomes = new Outcomes();

    /**
     * @param server where it all happens, in a database of its own; if it is an {@link EmbeddedServer}, it is stopped and
     *     started again
     * @param factory makes the sessions that are demonstrated
     * @param settings what this run is given
     * @param out where the report goes
     */
    Demonstration(
            PostgresServer server,
            BiFunction<TestDatabase, SessionListener, ReactiveSessions> factory,
            Settings settings,
            PrintStream out) {
        this.server = server;
        this.factory = factory;
        this.settings = settings;
        this.report = new Report(out);
    }

    /** Runs everything; 0 if every promise held, else 1. */
    int run() throws SQLException {
        try (TestDatabase database = server.freshDatabase()) {
            demonstrate(database);
        }
        return report.conclude();
    }

    private void demonstrate(TestDatabase database) throws SQLException {
        ReactiveSessions sessions = factory.apply(database, outcomes);
        try {
            Ledger ledger = Ledger.create(database);
            report.title("Reactive Sessions on PostgreSQL " + ledger.serverVersion() + " at " + database.host() + ":"
                    + database.port() + ", seed " + settings.seed());
            PoolStatus before = sessions.poolStatus();
            transferThatCommits(sessions, ledger);
            transferThatFails(sessions, ledger);
            cancels(sessions, ledger);
            outage(sessions, ledger);
            pool(before, sessions.poolStatus(), database);
        } finally {
            sessions.close().block(PATIENCE);
        }
    }

    private void transferThatCommits(ReactiveSessions sessions, Ledger ledger) throws SQLException {
        report.title("1. A transfer of " + AMOUNT + " from alice to bob: commits");
        Balances before = ledger.balances();
        new Transfers(sessions).transfer("alice", "bob", AMOUNT).block(PATIENCE);
        Balances after = ledger.balances();
        report.line("before", before);
        report.line("after", after);
        report.check("both accounts have changed by " + AMOUNT, after.equals(before.moved(AMOUNT)));
    }

    private void transferThatFails(ReactiveSessions sessions, Ledger ledger) throws SQLException {
        report.title("2. A transfer of " + AMOUNT + " from alice to nobody: fails after its first UPDATE, rolls back");
        Balances before = ledger.balances();
        String error = new Transfers(sessions)
                .transfer("alice", "nobody", AMOUNT)
                .map(rows -> "none")
                .onErrorResume(UnknownAccountException.class, expected -> Mono.just(expected.toString()))
                .block(PATIENCE);
        Balances after = ledger.balances();
        report.line("before", before);
        report.line("error", error);
        report.line("after", after);
        report.check("no account has changed", after.equals(before));
    }

    private void cancels(ReactiveSessions sessions, Ledger ledger) throws SQLException {
        report.title("3. Transactions of two INSERTs, cancelled at random moments");
        int committedBefore = outcomes.committed();
        RandomCancels.Tally tally = new RandomCancels(sessions, settings.seed()).run(PATIENCE);
        sessions.quiesced().block(PATIENCE);
        int committed = outcomes.committed() - committedBefore;
        Ledger.Pairs pairs = ledger.pairs();
        report.line("usual duration, microseconds", tally.usual().toNanos() / 1_000);
        report.line("started", tally.started());
        report.line("cancelled before their end", tally.cancelled());
        outcomes.lines(RandomCancels.CANCELLED).forEach(report::line);
        report.line("on disk with both rows", pairs.whole().size());
        report.line("on disk with one row", pairs.half());
        report.check("no half transaction", pairs.half() == 0);
        report.check(
                "all " + tally.acknowledged().size() + " acknowledged transactions are on disk",
                pairs.whole().containsAll(tally.acknowledged()));
        report.check(
                "the " + committed + " commits the listener heard of are those on disk",
                committed == pairs.whole().size());
        report.check(
                "cancels met every phase: at least " + ENOUGH + " each while acquiring and active",
                Stream.of(LifePhase.ACQUIRING, LifePhase.ACTIVE)
                        .allMatch(phase -> outcomes.in(RandomCancels.CANCELLED, phase) >= ENOUGH));
    }

    private void outage(ReactiveSessions sessions, Ledger ledger) throws SQLException {
        if (server instanceof EmbeddedServer own) {
            report.title("4. The server is stopped and started again");
            new Outage(own, sessions, outcomes, ledger, report).run();
        } else {
            report.title("4. The server is stopped and started again: left out, it is not this program's to stop");
        }
    }

    private void pool(PoolStatus before, PoolStatus after, TestDatabase database) {
        report.title("5. The pool");
        report.line("before", before);
        report.line("after", after);
        report.check("no connection is held, nobody waits", after.acquired() == 0 && after.pending() == 0);
        long open = ServerCensus.of(database).idleInTransaction();
        report.line("server sessions idle in transaction", open);
        report.check("no transaction is left open on the server", open == 0);
    }
}
