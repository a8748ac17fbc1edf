package org.reactivesessions.testkit.contract;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.pool.PoolOptions;

/**
 * The contract of {@link ReactiveSessions}, to be run against a driver by a test class that implements this interface.
 *
 * <p>Every case gets sessions of its own and an empty table, and afterwards must have left nothing behind: no connection
 * that is out, nobody who waits, no dropped signal. A case whose {@link Capability} the driver lacks is not applicable: it
 * passes without running, is counted, and is named in the one line that is printed at the end. The implementor states how
 * many there are, so that the number cannot grow unseen.
 *
 * <p><strong>Ownership:</strong> what the implementor opens for a case is closed by the case; the database belongs to the
 * implementor. <strong>Threads:</strong> cases run one at a time.
 *
 * <pre>{@code
 * class H2ContractTest implements SessionsContract {
 *     private final CloseableConnectionFactory database = H2ConnectionFactory.inMemory("contract");
 *
 *     public ReactiveSessions open(PoolOptions pool, SessionListener listener, Duration closeGrace) {
 *         return ReactiveSessions.builder(database)
 *             .pool(pool).listener(listener).closeGrace(closeGrace).build();
 *     }
 *     ...
 * }
 * }</pre>
 *
 * @since 0.1
 */
@ExtendWith(ContractExtension.class)
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(60)
public interface SessionsContract
        extends EndCases, CancelCases, SessionCases, StatementCases, StreamCases, TimeCases, PoolCases, CloseCases {

    /**
     * Names the driver in what is printed.
     *
     * @return a short name, such as {@code H2}
     */
    String driver();

    /**
     * Says what the driver can do.
     *
     * @return every capability it has
     */
    Set<Capability> capabilities();

    /**
     * Says how many cases are not applicable, because they need a capability that is missing.
     *
     * @return exactly their number; any other fails the whole class
     */
    int notApplicable();

    /**
     * Opens sessions on the database.
     *
     * @param pool settings of the pool
     * @param listener who hears the ends
     * @param closeGrace how long what runs may go on when they are closed
     * @return fresh sessions, closed by the case
     */
    ReactiveSessions open(PoolOptions pool, SessionListener listener, Duration closeGrace);

    /**
     * Opens sessions that are patient when they are closed.
     *
     * @param pool settings of the pool
     * @param listener who hears the ends
     * @return fresh sessions, closed by the case
     */
    default ReactiveSessions open(PoolOptions pool, SessionListener listener) {
        return open(pool, listener, Stage.PATIENCE);
    }

    /**
     * Opens a JDBC connection to the same database: a witness that shares no code with what is tested.
     *
     * @return a connection in auto-commit mode, closed by the case
     * @throws SQLException if it cannot be opened
     */
    Connection openJdbc() throws SQLException;

    /**
     * Names the type of a column for long text.
     *
     * @return an SQL type, such as {@code CLOB}
     */
    String textType();

    /**
     * Names the type of a column for bytes.
     *
     * @return an SQL type, such as {@code BLOB}
     */
    String bytesType();

    /**
     * Asks the database for the isolation level of the current transaction; only with
     * {@link Capability#APPLIES_ISOLATION}.
     *
     * @return a query of one row and one column, the level in upper case as the SQL standard spells it
     */
    default String isolationQuery() {
        throw new UnsupportedOperationException(driver() + " claims APPLIES_ISOLATION, so it must implement this");
    }

    /**
     * Waits until the database executes a statement; only with {@link Capability#CANCEL_IN_FLIGHT}.
     *
     * @param sqlStart how its text starts
     */
    default void awaitExecuting(String sqlStart) {
        throw new UnsupportedOperationException(driver() + " claims CANCEL_IN_FLIGHT, so it must implement this");
    }
}
