package org.reactivesessions.postgres.doubt;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.reactivesessions.postgres.report.Arguments;
import org.reactivesessions.testkit.server.PostgresServer;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.server.TestServers;

/**
 * The program: a COMMIT that is held back until its transaction was decided, and then delivered. No verdict may ever become
 * wrong by it. It ends with exit code 1 if one did, if a verdict was not the one that was possible, or if a planted error was
 * not caught.
 *
 * <p>{@code mvn -q -pl postgres -am test-compile exec:exec@doubt -Ddoubt.skip=false -Ddoubt.program=LateCommitRun
 * -Ddoubt.args="--rounds 1000 --planted 100 --seed 1"}
 */
public final class LateCommitRun {

    private static final int LANES = 4;
    private static final int ATTEMPTS = 3;
    /** Between the keys of two attempts. */
    private static final int AGAIN = 100_000;

    private final TestDatabase database;
    private final long seed;
    private int parts;

    private LateCommitRun(TestDatabase database, long seed) {
        this.database = database;
        this.seed = seed;
    }

    /** Runs it and ends the JVM. */
    public static void main(String... arguments)
            throws SQLException, IOException, InterruptedException, ExecutionException {
        Arguments options = Arguments.parse(List.of("rounds", "planted", "seed", "report"), arguments);
        Evidence evidence = new Evidence();
        PostgresServer server = TestServers.current();
        try (TestDatabase database = server.freshDatabase();
                Oracle oracle = new Oracle(database)) {
            Sessions.install(database);
            oracle.run("CREATE TABLE late (id integer PRIMARY KEY)");
            LateCommitRun run = new LateCommitRun(database, options.seed());
            evidence.line("Late COMMITs with seed %d, %d rounds at a time.", options.seed(), LANES);
            evidence.machine(oracle);
            LateTable table = new LateTable(evidence);
            table.add(Planted.NOTHING, run.rounds(Planted.NOTHING, options.number("rounds", 1_000)), oracle);
            int planted = options.number("planted", 100);
            if (planted > 0) {
                for (Planted error : List.of(Planted.NO_EXPIRY, Planted.NO_FENCE, Planted.NO_FENCE_NO_EXPIRY)) {
                    table.add(error, run.rounds(error, planted), oracle);
                }
            }
        }
        evidence.conclude(options.report());
    }

    /** Shares the rounds among the lanes, each kind as often as the others. */
    private List<Round> rounds(Planted planted, int number) throws InterruptedException, ExecutionException {
        int part = parts++;
        ExecutorService lanes = Executors.newFixedThreadPool(LANES);
        try {
            List<Callable<List<Round>>> work = new ArrayList<>();
            for (int lane = 0; lane < LANES; lane++) {
                int first = lane;
                work.add(() -> lane(planted, part, first, number));
            }
            List<Round> rounds = new ArrayList<>();
            for (Future<List<Round>> lane : lanes.invokeAll(work)) {
                rounds.addAll(lane.get());
            }
            return rounds;
        } finally {
            lanes.shutdownNow();
        }
    }

    private List<Round> lane(Planted planted, int part, int first, int number) throws Exception {
        Held[] kinds = Held.values();
        Random random = new Random(seed * 31 + part * 7L + first);
        List<Round> rounds = new ArrayList<>();
        try (LateCommits late = new LateCommits(database, planted)) {
            for (int round = first; round < number; round += LANES) {
                int id = part * 1_000_000 + round;
                Held kind = kinds[(round / LANES) % kinds.length];
                for (int again = 0; again < ATTEMPTS; again++) {
                    Round done = late.run(id + again * AGAIN, kind, random);
                    if (done != null) {
                        rounds.add(done);
                        break;
                    }
                }
            }
        }
        return rounds;
    }
}
