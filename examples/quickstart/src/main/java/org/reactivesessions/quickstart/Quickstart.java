package org.reactivesessions.quickstart;

import java.time.Duration;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.resilience.ResilienceOptions;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.server.TestServers;

/**
 * The program: transactions that commit, roll back and survive cancels and a restart of the server, on a PostgreSQL that
 * comes along or, without the restart, on any other that {@code RS_TEST_URL} names. It ends with 0 if every promise held,
 * with 1 if one did not, and with 2 if it was called wrongly.
 */
public final class Quickstart {

    /** The defaults, but for a first connection that may be slow on a machine that has just compiled everything. */
    static final PoolOptions POOL = PoolOptions.defaults()
            .maxSize(8)
            .acquireTimeout(Duration.ofSeconds(30))
            .createTimeout(Duration.ofSeconds(30));

    /**
     * The defaults, but for the wait of an open circuit: 1 s instead of 5 s, because the program's server is back that soon,
     * and whoever watches would wait for nothing.
     */
    static final ResilienceOptions RESILIENCE = ResilienceOptions.defaults().circuitWait(Duration.ofSeconds(1));

    private Quickstart() {}

    /**
     * Runs the program and ends the JVM.
     *
     * @param arguments {@code --seed <number>} or nothing
     */
    public static void main(String[] arguments) {
        System.exit(exitCode(arguments));
    }

    private static int exitCode(String[] arguments) {
        Settings settings;
        try {
            settings = Settings.parse(arguments);
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage());
            return 2;
        }
        try {
            return new Demonstration(TestServers.current(), Quickstart::sessions, settings, System.out).run();
        } catch (Exception failure) {
            System.err.println("The quickstart could not run to its end:");
            failure.printStackTrace();
            return 1;
        }
    }

    /** What an application writes. */
    static ReactiveSessions sessions(TestDatabase database, SessionListener listener) {
        return PostgresSessions.builder()
                .url(database.r2dbcUrl())
                .pool(POOL)
                .resilience(RESILIENCE)
                .listener(listener)
                .build();
    }
}
