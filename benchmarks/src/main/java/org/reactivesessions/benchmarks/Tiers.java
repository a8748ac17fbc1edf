package org.reactivesessions.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.testkit.pgbouncer.PgBouncerOptions;
import org.reactivesessions.testkit.pgbouncer.PgBouncerProcess;
import org.reactivesessions.testkit.server.PostgresServer;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.server.TestServers;

/**
 * What does a size of the pool give? Three of them, with 0.5 ms each way, the largest behind PgBouncer: how many transactions a
 * second they can do, and then how long one takes, what is open and who is turned away when callers come at a rate of their own,
 * below that and above. And the same with two instances, at the rate they can do.
 *
 * <pre>{@code
 * scripts/sizing.sh
 * }</pre>
 */
public final class Tiers {

    private static final String COMMAND = "scripts/sizing.sh";

    private static final Rounds DEFAULTS = new Rounds(1, Duration.ofSeconds(3), Duration.ofSeconds(5));

    /** How many there may be, in this program and on the server. */
    private static final int CLIENTS = 200;

    private static final List<Integer> PERCENT = List.of(50, 80, 100, 120);
    private static final List<Integer> FULL = List.of(100);

    private final Rounds rounds;
    private final List<Tier> tiers;
    private final Optional<String> pgBouncer;
    private final PrintStream out;

    /** @param pgBouncer its version, if it is installed */
    Tiers(Rounds rounds, List<Tier> tiers, Optional<String> pgBouncer, PrintStream out) {
        this.rounds = rounds;
        this.tiers = tiers;
        this.pgBouncer = pgBouncer;
        this.out = out;
    }

    /**
     * Runs the program and ends the JVM.
     *
     * @param arguments see {@code Rounds}
     */
    public static void main(String[] arguments) {
        Program.run(arguments, given -> {
            Tiers program = new Tiers(Rounds.parse(DEFAULTS, given), Tier.ALL, PgBouncerProcess.version(), System.out);
            System.out.println("command   "
                    + String.join(" ", COMMAND, String.join(" ", given)).strip());
            program.run();
        });
    }

    void run() throws SQLException, IOException, InterruptedException {
        PostgresServer server = TestServers.current();
        EnvironmentBlock.lines(server).forEach(out::println);
        out.println(Program.load());
        out.println("pooler    "
                + pgBouncer
                        .map(version -> version + ", pool_mode transaction, default_pool_size as many as"
                                + " one instance may have")
                        .orElse("PgBouncer is not installed, so its tier is left out"));
        out.printf(
                "rounds    %d of %d s for each figure, after %d s of warm-up for each size%n",
                rounds.number(), rounds.length().toSeconds(), rounds.warmUp().toSeconds());
        out.println("network   " + Network.LATENCY + ", by a proxy in the same JVM");
        try (TestDatabase database = server.freshDatabase();
                Bench bench = Bench.on(database)) {
            for (Tier tier : tiers) {
                if (!tier.pooled() || pgBouncer.isPresent()) {
                    measure(tier, bench, database);
                }
            }
        }
    }

    private void measure(Tier tier, Bench bench, TestDatabase database)
            throws SQLException, IOException, InterruptedException {
        try (PgBouncerProcess bouncer = tier.pooled() ? PgBouncerProcess.start(options(tier, database)) : null;
                Way way = Network.LATENCY.way(entrance(bench, database, bouncer))) {
            TierRun one = new TierRun(tier, 1, bench, way.endpoint(), rounds, out);
            TierRun two = new TierRun(tier, 2, bench, way.endpoint(), rounds, out);
            for (Workload workload : Workload.values()) {
                out.println();
                out.println(TierRun.HEAD);
                one.warmUp(workload);
                one.measure(workload, PERCENT);
                two.measure(workload, FULL);
            }
        }
    }

    private static PgBouncerOptions options(Tier tier, TestDatabase database) {
        return PgBouncerOptions.before(
                        database.host(), database.port(), database.database(), database.username(), database.password())
                .serverConnections(tier.most())
                .clients(CLIENTS);
    }

    private static Endpoint entrance(Bench bench, TestDatabase database, @Nullable PgBouncerProcess bouncer) {
        return bouncer == null ? bench.direct() : new Endpoint(database, bouncer.host(), bouncer.port());
    }
}
