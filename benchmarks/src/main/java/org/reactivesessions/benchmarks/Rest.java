package org.reactivesessions.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * When callers have begun to wait: every connection waits for a lock, and this JVM has nothing to do any more, so that threads
 * have come to where they wait that were only started. Stateless.
 */
final class Rest {

    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private static final String LOCKED_OUT = "SELECT count(*) FROM pg_locks WHERE NOT granted"
            + " AND relation = 'account'::regclass"
            + " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

    private static final long LOOK_MILLIS = 100;

    /** So many looks in a row that find nothing to do. */
    private static final int LOOKS = 3;

    /** Nothing to do: less than a tenth of one processor. */
    private static final long BUSY = 10;

    private Rest() {}

    /**
     * Waits until they do.
     *
     * @param connections how many wait for the lock then
     * @throws IllegalStateException if they do not within that time
     */
    static void await(Statement statement, int connections, Duration atMost) throws SQLException, InterruptedException {
        long begin = System.nanoTime();
        int idle = 0;
        while (idle < LOOKS) {
            if (System.nanoTime() - begin > atMost.toNanos()) {
                throw new IllegalStateException("the callers have not come to wait within " + atMost + ": "
                        + lockedOut(statement) + " of " + connections + " connections wait for the lock");
            }
            idle = isIdle() && lockedOut(statement) == connections ? idle + 1 : 0;
        }
    }

    private static boolean isIdle() throws InterruptedException {
        long begin = System.nanoTime();
        long cpu = PROCESS.getProcessCpuTime();
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        return (PROCESS.getProcessCpuTime() - cpu) * BUSY < System.nanoTime() - begin;
    }

    private static int lockedOut(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(LOCKED_OUT)) {
            row.next();
            return row.getInt(1);
        }
    }
}
