package org.reactivesessions.benchmarks;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.reactivesessions.testkit.server.TestDatabase;

/** How long one round trip takes on an endpoint that is otherwise idle. */
final class RoundTripTime {

    private static final int SAMPLES = 200;

    private RoundTripTime() {}

    /** Asks for nothing much, a few hundred times after as many to warm up. */
    static Latencies of(Endpoint endpoint) throws SQLException {
        TestDatabase database = endpoint.database();
        try (Connection connection =
                        DriverManager.getConnection(endpoint.jdbcUrl(), database.username(), database.password());
                Statement statement = connection.createStatement()) {
            nanos(statement);
            return new Latencies(nanos(statement));
        }
    }

    private static long[] nanos(Statement statement) throws SQLException {
        long[] nanos = new long[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            long begin = System.nanoTime();
            statement.execute("SELECT 1");
            nanos[i] = System.nanoTime() - begin;
        }
        return nanos;
    }
}
