package org.reactivesessions.testkit.contract;

import io.r2dbc.h2.CloseableConnectionFactory;
import io.r2dbc.h2.H2ConnectionFactory;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.dialect.StandardDialect;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.pool.PoolOptions;

/**
 * A driver the library knows nothing of, through the standard dialect. H2 runs a statement inside {@code subscribe}, so
 * nothing is ever in flight; its driver takes an isolation level and a read-only mode, but applies neither.
 */
// tag::contract[]
class H2ContractTest implements SessionsContract {

    private final String name = "contract-" + UUID.randomUUID();
    private final CloseableConnectionFactory database = H2ConnectionFactory.inMemory(name);

    @AfterAll
    void shutDown() {
        database.close().block(Duration.ofSeconds(30));
    }

    @Override
    public String driver() {
        return "H2";
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of(Capability.KEEPS_TRANSACTION_AFTER_ERROR);
    }

    @Override
    public int notApplicable() {
        return 6;
    }

    Dialect dialect() {
        return new StandardDialect();
    }

    @Override
    public ReactiveSessions open(PoolOptions pool, SessionListener listener, Duration closeGrace) {
        return ReactiveSessions.builder(database)
                .dialect(dialect())
                .pool(pool)
                .listener(listener)
                .closeGrace(closeGrace)
                .build();
    }

    @Override
    public Connection openJdbc() throws SQLException {
        return DriverManager.getConnection("jdbc:h2:mem:" + name, "sa", "");
    }

    @Override
    public String textType() {
        return "CLOB";
    }

    @Override
    public String bytesType() {
        return "BLOB";
    }
}
// end::contract[]
