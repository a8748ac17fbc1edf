package org.reactivesessions.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("patient")
class EmbeddedClusterIT {

    private static final long PAUSE_NANOS = 10_000_000;

    private EmbeddedCluster cluster;

    @BeforeEach
    void start() {
        cluster = EmbeddedCluster.start();
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void aKilledPrimaryMustComeBackAsThePrimary() throws SQLException {
        EmbeddedServer primary = cluster.primary();
        run(primary, "CREATE TABLE kept AS SELECT 1 AS id");
        cluster.kill();
        assertThatThrownBy(primary::openJdbc).isInstanceOf(SQLException.class);
        cluster.restart();
        assertThat(cluster.primary()).isSameAs(primary);
        run(primary, "INSERT INTO kept VALUES (2)");
        cluster.awaitReplay();
        assertThat(count(cluster.standby())).isEqualTo(2);
    }

    @Test
    void aPrimaryThatWasReplacedMustComeBackAsAStandbyWithoutWhatOnlyItHad() throws SQLException {
        EmbeddedServer before = cluster.primary();
        run(before, "CREATE TABLE kept AS SELECT 1 AS id");
        cluster.awaitReplay();
        cluster.standby().cutOff();
        run(before, "INSERT INTO kept VALUES (2)");
        cluster.kill();
        EmbeddedServer after = cluster.promote();
        assertThat(cluster.primary()).isSameAs(after).isNotSameAs(before);
        run(after, "INSERT INTO kept VALUES (3), (4)");
        cluster.restart();
        assertThat(cluster.standbys()).containsExactly(before);
        assertThat(count(before)).isEqualTo(3);
        assertThatThrownBy(() -> run(before, "INSERT INTO kept VALUES (5)")).hasMessageContaining("read-only");
    }

    @Test
    void aPausedStandbyMustShowWhatItHasReceivedOnlyAfterwards() throws SQLException {
        run(cluster.primary(), "CREATE TABLE kept AS SELECT 1 AS id");
        cluster.awaitReplay();
        cluster.pauseReplication();
        long received = cluster.standby().received();
        run(cluster.primary(), "INSERT INTO kept VALUES (2)");
        while (cluster.standby().received() == received) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        assertThat(count(cluster.standby())).isEqualTo(1);
        cluster.resumeReplication();
        cluster.awaitReplay();
        assertThat(count(cluster.standby())).isEqualTo(2);
    }

    @Test
    void aPrimaryWithoutAStandbyMustSayHowItGetsOne() {
        cluster.kill();
        cluster.promote();
        assertThatThrownBy(cluster::promote)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no standby follows the primary")
                .hasMessageContaining("restart()")
                .hasMessageNotContaining(cluster.primary().password());
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

    private static long number(EmbeddedServer server, String sql) throws SQLException {
        try (Connection connection = server.openJdbc();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }
}
