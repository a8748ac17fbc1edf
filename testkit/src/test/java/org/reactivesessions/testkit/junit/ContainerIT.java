package org.reactivesessions.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.reactivesessions.testkit.container.ContainerServer;
import org.reactivesessions.testkit.server.PostgresServer;
import org.reactivesessions.testkit.server.TestDatabase;

/** What a container offers, where Docker is; elsewhere its tests are skipped as those of any user. */
class ContainerIT {

    @Test
    void aContainerMustOfferWhatAnEmbeddedServerDoes() {
        Run run = Run.of(Filled.class);
        assertThat(run.failures()).isEmpty();
        assertThat(run.passed()).isEqualTo(ContainerServer.isPossible() ? 1 : 0);
        assertThat(run.skipped()).hasSize(ContainerServer.isPossible() ? 0 : 1);
    }

    // tag::container[]
    @PostgresTest(server = ServerKind.CONTAINER, image = "postgres:17", scripts = "schema.sql")
    // end::container[]
    static class Filled {

        @Test
        void one(TestDatabase database, PostgresServer server) throws SQLException {
            assertThat(server).isInstanceOf(ContainerServer.class);
            assertThat(server.port()).isEqualTo(database.port());
            assertThat(server.toString()).doesNotContain(server.password());
            try (Connection connection = database.openJdbc();
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT total()")) {
                assertThat(row.next()).isTrue();
                assertThat(row.getLong(1)).isEqualTo(100);
                assertThat(connection.getMetaData().getDatabaseMajorVersion()).isEqualTo(17);
            }
        }
    }
}
