package org.reactivesessions.postgres.doubt;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.reactivesessions.postgres.report.Arguments;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.server.PostgresServer;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.server.TestServers;

/**
 * The program: two processes apply the same operations, each in an order of its own, while links are reset at COMMIT and one of
 * the two is killed and started again. Every operation has to be applied once, and everybody has to be told the truth. It ends
 * with exit code 1 if not, or if a planted error was not caught.
 *
 * <p>{@code mvn -q -pl postgres -am test-compile exec:exec@doubt -Ddoubt.skip=false -Ddoubt.program=OnceRun
 * -Ddoubt.args="--operations 10000 --kills 5 --planted 1000 --seed 1"}
 */
public final class OnceRun {

    /** A process is killed when it has applied so many operations, and up to one more for so many of all. */
    private static final int LEAST = 10;

    private static final int PART = 30;
    /** One operation in the same order for so many in different ones. */
    private static final int SAME_ORDER = 5;

    private final PostgresServer server;
    private final Evidence evidence;
    private final long seed;

    private OnceRun(PostgresServer server, Evidence evidence, long seed) {
        this.server = server;
        this.evidence = evidence;
        this.seed = seed;
    }

    /** Runs it and ends the JVM. */
    public static void main(String... arguments) throws SQLException, IOException, InterruptedException {
        Arguments options = Arguments.parse(List.of("operations", "kills", "planted", "seed", "report"), arguments);
        Evidence evidence = new Evidence();
        PostgresServer server = TestServers.current();
        evidence.line(
                "Operations applied by two processes at once, 32 at a time in each, with seed %d. Process B is killed",
                options.seed());
        evidence.line(
                "(SIGKILL) and started again from the beginning; links of both are reset at COMMIT all the time.");
        try (Oracle oracle = new Oracle(server)) {
            evidence.machine(oracle);
        }
        OnceRun run = new OnceRun(server, evidence, options.seed());
        int operations = options.number("operations", 10_000);
        if (operations > 0) {
            run.run(Applying.ONCE, false, operations, options.number("kills", 5));
            run.run(Applying.ONCE, true, operations / SAME_ORDER, 0);
        }
        int planted = options.number("planted", 1_000);
        if (planted > 0) {
            run.run(Applying.LOOK_FIRST, true, planted, 0);
            run.run(Applying.PLAIN, true, planted, 0);
        }
        evidence.conclude(options.report());
    }

    /** @param sameOrder whether the two come to every operation at the same time */
    private void run(Applying way, boolean sameOrder, int operations, int kills)
            throws SQLException, IOException, InterruptedException {
        long start = System.nanoTime();
        Path directory = Files.createTempDirectory("once-run");
        try (TestDatabase database = server.freshDatabase();
                Oracle oracle = new Oracle(database);
                FaultProxy proxy = FaultProxy.start(database.host(), database.port())) {
            Sessions.install(database);
            oracle.run("CREATE TABLE applied (id text NOT NULL, jvm text NOT NULL)");
            oracle.run("CREATE INDEX ON applied (id)");
            OnceTable table = new OnceTable(way, operations);
            Saboteur saboteur = Saboteur.start(proxy, seed);
            try {
                race(way, sameOrder, operations, kills, database, proxy, directory, table);
            } finally {
                saboteur.stop();
            }
            evidence.line(
                    "%s, %s: %,d operations in %d s; %d kills, %,d links reset at COMMIT.",
                    way,
                    sameOrder ? "in the same order" : "in different orders",
                    operations,
                    Duration.ofNanos(System.nanoTime() - start).toSeconds(),
                    table.killed(),
                    saboteur.resets());
            table.conclude(oracle, evidence);
        } finally {
            delete(directory);
        }
    }

    private void race(
            Applying way,
            boolean sameOrder,
            int operations,
            int kills,
            TestDatabase database,
            FaultProxy proxy,
            Path directory,
            OnceTable table)
            throws IOException, InterruptedException {
        Random random = new Random(seed);
        long other = sameOrder ? seed : seed + 1;
        List<Jvm> started = new ArrayList<>();
        try {
            Jvm steady = Jvm.start("A", way, operations, seed, database, proxy, directory);
            started.add(steady);
            for (int life = 1; life <= kills; life++) {
                Jvm mortal = Jvm.start("B" + life, way, operations, other, database, proxy, directory);
                started.add(mortal);
                steady.awaitReady();
                mortal.awaitReady();
                Jvm.begin(directory);
                mortal.awaitApplied(LEAST + random.nextInt(Math.max(1, operations / PART)));
                table.add(mortal, mortal.kill());
            }
            Jvm last = Jvm.start("B" + (kills + 1), way, operations, other, database, proxy, directory);
            started.add(last);
            steady.awaitReady();
            last.awaitReady();
            Jvm.begin(directory);
            for (Jvm jvm : List.of(steady, last)) {
                if (!jvm.awaitEnd()) {
                    evidence.fault("%s ended badly", jvm.name());
                    evidence.samples(jvm.output());
                }
                table.add(jvm, false);
            }
        } finally {
            for (Jvm jvm : started) {
                jvm.kill();
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
