package org.reactivesessions.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicasIT {

    private static final long PAUSE_NANOS = 10_000_000;

    @Test
    void ofTwoStandbysTheOneThatHasMoreMustBePromotedAndTheOtherFollowIt() throws SQLException {
        try (EmbeddedCluster cluster = EmbeddedCluster.start(2)) {
            EmbeddedServer first = cluster.standbys().get(0);
            EmbeddedServer second = cluster.standbys().get(1);
            run(cluster.primary(), "CREATE TABLE kept AS SELECT 1 AS id");
            cluster.awaitReplay();
            first.cutOff();
            run(cluster.primary(), "INSERT INTO kept VALUES (2)");
            long written = lsn(cluster.primary());
            while (second.received() < written) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            EmbeddedServer before = cluster.primary();
            cluster.kill();
            assertThat(cluster.promote()).isSameAs(second);
            assertThat(count(second)).isEqualTo(2);
            run(second, "INSERT INTO kept VALUES (3)");
            second.awaitReplay(first);
            assertThat(count(first)).isEqualTo(3);
            cluster.restart();
            assertThat(cluster.standbys()).containsExactly(first, before);
            assertThat(count(before)).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 9})
    void aNumberOfReplicasOutOfRangeMustBeRefused(int replicas) {
        assertThatThrownBy(() -> EmbeddedCluster.start(replicas))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("replicas must be from 1 to 8, but was " + replicas);
    }

    private static void run(EmbeddedServer server, String sql) throws SQLException {
        try (Connection connection = server.openJdbc();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long count(EmbeddedServer server) throws SQLException {
        return number(server, "SELECT count(*) FROM kept");
    }

    private static long lsn(EmbeddedServer server) throws SQLException {
        return number(server, "SELECT pg_current_wal_flush_lsn() - '0/0'::pg_lsn");
    }

    private static long number(EmbeddedServer server, String sql) throws SQLException {
        try (Connection connection = server.openJdbc();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }
}
