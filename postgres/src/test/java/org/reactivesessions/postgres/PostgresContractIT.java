package org.reactivesessions.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.testkit.contract.Capability;
import org.reactivesessions.testkit.contract.SessionsContract;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.ServerCensus;
import org.reactivesessions.testkit.server.TestDatabase;

/** What every driver must do, on PostgreSQL. */
@ExtendWith(PostgresExtension.class)
class PostgresContractIT implements SessionsContract {

    private final TestDatabase database;

    PostgresContractIT(TestDatabase database) {
        this.database = database;
    }

    @Override
    public String driver() {
        return "PostgreSQL";
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.complementOf(EnumSet.of(Capability.KEEPS_TRANSACTION_AFTER_ERROR));
    }

    @Override
    public int notApplicable() {
        return 1;
    }

    @Override
    public ReactiveSessions open(PoolOptions pool, SessionListener listener, Duration closeGrace) {
        return PostgresSessions.builder()
                .url(database.r2dbcUrl())
                .pool(pool)
                .listener(listener)
                .closeGrace(closeGrace)
                .build();
    }

    @Override
    public Connection openJdbc() throws SQLException {
        return database.openJdbc();
    }

    @Override
    public String textType() {
        return "text";
    }

    @Override
    public String bytesType() {
        return "bytea";
    }

    @Override
    public String isolationQuery() {
        return "SELECT upper(current_setting('transaction_isolation'))";
    }

    @Override
    public void awaitExecuting(String sqlStart) {
        ServerCensus.await(
                database,
                ServerFixture.PATIENCE,
                census -> census.sessions().stream()
                        .anyMatch(session -> session.state().equals("active")
                                && session.query().startsWith(sqlStart)));
    }
}
