package org.reactivesessions.postgres.doubt;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.reactivesessions.postgres.report.Arguments;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.reactivesessions.transaction.CommitVerification;

/**
 * The program: a server that is killed with transactions in COMMIT, and started again on the same data. Every verdict has to
 * agree with what is there afterwards. It ends with exit code 1 if one did not, if too few COMMITs were in doubt, or if the
 * planted error was not caught.
 *
 * <p>{@code mvn -q -pl postgres -am test-compile exec:exec@doubt -Ddoubt.skip=false -Ddoubt.program=CrashRestartRun
 * -Ddoubt.args="--rounds 200 --unverified 60 --planted 20 --seed 1"}
 */
public final class CrashRestartRun {

    private static final int ROUNDS = 200;
    /** So many must have been in doubt and be committed, and so many be rolled back, in that many rounds. */
    private static final int EACH_WAY = 40;

    private final EmbeddedServer server;
    private final Evidence evidence;
    private final long seed;

    private CrashRestartRun(EmbeddedServer server, Evidence evidence, long seed) {
        this.server = server;
        this.evidence = evidence;
        this.seed = seed;
    }

    /** Runs it and ends the JVM. */
    public static void main(String... arguments) throws SQLException, IOException, InterruptedException {
        Arguments options = Arguments.parse(List.of("rounds", "unverified", "planted", "seed", "report"), arguments);
        Evidence evidence = new Evidence();
        evidence.line("A server that is killed around COMMIT and started again, with seed %d.", options.seed());
        try (EmbeddedServer server = EmbeddedServer.start()) {
            CrashRestartRun run = new CrashRestartRun(server, evidence, options.seed());
            run.introduce();
            int rounds = options.number("rounds", ROUNDS);
            run.verified(rounds, Math.min(EACH_WAY, Math.max(1, EACH_WAY * rounds / ROUNDS)));
            run.unverified(options.number("unverified", 60));
            run.planted(options.number("planted", 20));
        }
        evidence.conclude(options.report());
    }

    private void introduce() throws SQLException {
        try (Oracle oracle = new Oracle(server)) {
            evidence.machine(oracle);
        }
        evidence.line(
                "Killed are the postmaster and all its processes (SIGKILL). What they had written to a file or a socket is kept by");
        evidence.line(
                "the operating system: hence fsync makes no difference, and an answer is lost only with the network.");
        evidence.line("");
    }

    private void verified(int rounds, int eachWay) throws SQLException, InterruptedException {
        try (Crashes crashes = new Crashes(server, CommitVerification.marker(), Planted.NOTHING)) {
            CrashTable table = table(crashes, "with marker()", rounds);
            if (table.wrong() + table.changed() + table.contradicted() + table.untold() > 0) {
                evidence.fault(
                        "%,d wrong verdicts, %,d changed afterwards, %,d told otherwise to the listener, %,d without any",
                        table.wrong(), table.changed(), table.contradicted(), table.untold());
            }
            if (table.unknown() > 0) {
                evidence.fault("%,d outcomes stayed unknown", table.unknown());
            }
            if (table.doubtCommitted() < eachWay || table.doubtRolledBack() < eachWay) {
                evidence.fault(
                        "too few doubts: %,d were committed and %,d rolled back, but %,d of each are needed",
                        table.doubtCommitted(), table.doubtRolledBack(), eachWay);
            }
        }
    }

    private void unverified(int rounds) throws SQLException, InterruptedException {
        if (rounds == 0) {
            return;
        }
        try (Crashes crashes = new Crashes(server, CommitVerification.none(), Planted.NOTHING)) {
            CrashTable table = table(crashes, "without verification", rounds);
            if (table.wrong() + table.changed() > 0) {
                evidence.fault("without verification: %,d wrong verdicts", table.wrong());
            }
        }
    }

    private void planted(int rounds) throws SQLException, InterruptedException {
        if (rounds == 0) {
            return;
        }
        try (Crashes crashes = new Crashes(server, CommitVerification.marker(), Planted.LOST_IS_ROLLED_BACK)) {
            CrashTable table = table(crashes, Planted.LOST_IS_ROLLED_BACK.toString(), rounds);
            evidence.line("%s: %s.", Planted.LOST_IS_ROLLED_BACK, table.wrong() > 0 ? "caught" : "NOT CAUGHT");
            evidence.line("");
            if (table.wrong() == 0) {
                evidence.fault("not caught: %s", Planted.LOST_IS_ROLLED_BACK);
            }
        }
    }

    private CrashTable table(Crashes crashes, String name, int rounds) throws SQLException, InterruptedException {
        long start = System.nanoTime();
        Random random = new Random(seed);
        List<Fate> fates = new ArrayList<>();
        Cut[] cuts = Cut.values();
        for (int round = 0; round < rounds; round++) {
            fates.addAll(crashes.run(cuts[round % cuts.length], random));
        }
        evidence.line(
                "%s: %,d crashes in %d s; the longest doubt lasted %,d ms.",
                name, rounds, Duration.ofNanos(System.nanoTime() - start).toSeconds(), crashes.longestMillis());
        evidence.line("");
        CrashTable table = new CrashTable(fates, crashes.transactions(), crashes.present());
        evidence.table(table.rows());
        evidence.samples(table.samples());
        return table;
    }
}
