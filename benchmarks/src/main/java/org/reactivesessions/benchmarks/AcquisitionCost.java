package org.reactivesessions.benchmarks;

import java.io.PrintStream;
import java.sql.SQLException;
import java.util.concurrent.ExecutionException;
import org.reactivesessions.testkit.server.PostgresServer;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.server.TestServers;

/**
 * What does it cost to get a connection that is there, on a PostgreSQL server over loopback? The time until the function is
 * called, that of {@code health()}, and the bytes that circuit breaker and retry allocate when nothing fails.
 */
public final class AcquisitionCost {

    private static final String COMMAND = "mvn -q -pl benchmarks -am compile exec:exec -Dbenchmarks.skip=false"
            + " -Dbenchmarks.program=AcquisitionCost";

    /**
     * How often each thing is done when it is measured. Before that it is done as often to warm up.
     *
     * @param acquisitions by each number of callers; a multiple of {@link Contender#POOL}
     * @param probes of health
     * @param transactions whose bytes are counted
     * @param policyCalls of breaker and retry alone
     */
    record Effort(int acquisitions, int probes, int transactions, int policyCalls) {

        static final Effort FULL = new Effort(64_000, 10_000, 50_000, 1_000_000);
    }

    private AcquisitionCost() {}

    /**
     * Runs the program and ends the JVM.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        Program.run(arguments, given -> measure(Effort.FULL, System.out));
    }

    static void measure(Effort effort, PrintStream out) throws SQLException, InterruptedException, ExecutionException {
        PostgresServer server = TestServers.current();
        out.println(Program.command(COMMAND));
        EnvironmentBlock.lines(server).forEach(out::println);
        out.println(Program.load());
        try (TestDatabase database = server.freshDatabase()) {
            String url = database.r2dbcUrl(database.host(), database.port());
            PolicyBytes policy = new PolicyBytes(url, effort, out);
            policy.alone(); // first, while nothing of it has been compiled
            new AcquisitionTimes(url, effort, out).measure();
            policy.inTransactions();
        }
    }
}
