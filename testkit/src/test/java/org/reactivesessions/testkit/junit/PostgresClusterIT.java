package org.reactivesessions.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.reactivesessions.testkit.server.EmbeddedCluster;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.reactivesessions.testkit.server.PostgresServer;
import org.reactivesessions.testkit.server.TestDatabase;

class PostgresClusterIT {

    private static final List<EmbeddedCluster> SEEN = new ArrayList<>();

    @Test
    void aClassMustHaveOneClusterThatIsWholeBeforeEachTestAndGoneAfterTheLast() {
        SEEN.clear();
        Run run = Run.of(Failover.class);
        assertThat(run.failures()).isEmpty();
        assertThat(run.passed()).isEqualTo(3);
        assertThat(SEEN.stream().distinct()).hasSize(1);
        assertThatThrownBy(SEEN.get(0).primary()::openJdbc).isInstanceOf(SQLException.class);
        assertThatThrownBy(SEEN.get(0).standby()::openJdbc).isInstanceOf(SQLException.class);
    }

    @Test
    void aPostgresTestBesideItMustSayHowDatabasesAreMade() {
        Run run = Run.of(WithSchema.class);
        assertThat(run.failures()).isEmpty();
        assertThat(run.passed()).isEqualTo(1);
    }

    private static long number(EmbeddedServer server, TestDatabase database, String sql) throws SQLException {
        try (Connection connection = server.copyOf(database).openJdbc();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static void run(TestDatabase database, String sql) throws SQLException {
        try (Connection connection = database.openJdbc();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @PostgresCluster(settings = "work_mem=3MB")
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class Failover {

        @Test
        @Order(1)
        void killsThePrimary(EmbeddedCluster cluster, TestDatabase database, PostgresServer server)
                throws SQLException {
            SEEN.add(cluster);
            assertThat(server).isSameAs(cluster.primary());
            assertThat(database.port()).isEqualTo(cluster.primary().port());
            run(database, "CREATE TABLE kept AS SELECT 1 AS id");
            cluster.awaitReplay();
            cluster.kill();
            EmbeddedServer after = cluster.promote();
            assertThat(number(after, database, "SELECT count(*) FROM kept")).isEqualTo(1);
        }

        @Test
        @Order(2)
        void findsItWholeAndLeavesItKilled(EmbeddedCluster cluster, TestDatabase database) throws SQLException {
            SEEN.add(cluster);
            run(database, "CREATE TABLE kept AS SELECT 1 AS id");
            cluster.awaitReplay();
            assertThat(number(cluster.standby(), database, "SELECT count(*) FROM kept"))
                    .isEqualTo(1);
            cluster.standby().freeze();
            cluster.kill();
        }

        @Test
        @Order(3)
        void findsItWholeAgain(TestDatabase database, EmbeddedCluster cluster) throws SQLException {
            SEEN.add(cluster);
            run(database, "CREATE TABLE kept AS SELECT 1 AS id");
            cluster.awaitReplay();
            assertThat(number(
                            cluster.standby(),
                            database,
                            "SELECT count(*) FROM kept WHERE current_setting('work_mem') = '3MB'"))
                    .isEqualTo(1);
        }
    }

    @PostgresCluster(replicas = 2)
    @PostgresTest(scripts = "schema.sql", databasePer = DatabasePer.CLASS)
    static class WithSchema {

        @Test
        void hasTheSchemaEverywhere(EmbeddedCluster cluster, TestDatabase database) throws SQLException {
            cluster.awaitReplay();
            assertThat(cluster.standbys()).hasSize(2);
            for (EmbeddedServer standby : cluster.standbys()) {
                assertThat(number(standby, database, "SELECT total()")).isEqualTo(100);
            }
        }
    }
}
