package org.reactivesessions.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is left on a server that only its settings allow; the rest is shown with the driver, by the leak check's own tests. */
class ServerLeftoversIT {

    @Test
    void aPreparedTransactionMustBeFoundInItsOwnDatabaseOnly() throws Exception {
        try (EmbeddedServer server = EmbeddedServer.start(Map.of("max_prepared_transactions", "2"));
                TestDatabase database = server.freshDatabase();
                TestDatabase other = server.freshDatabase();
                Connection connection = database.openJdbc();
                Statement statement = connection.createStatement()) {
            assertThat(ServerLeftovers.of(database)).isEmpty();

            connection.setAutoCommit(false);
            statement.execute("SELECT 1");
            statement.execute("PREPARE TRANSACTION 'half of it'");
            assertThat(ServerLeftovers.of(database))
                    .singleElement()
                    .asString()
                    .contains("prepared transaction \"half of it\"");
            assertThat(ServerLeftovers.of(other)).isEmpty();

            connection.setAutoCommit(true);
            statement.execute("ROLLBACK PREPARED 'half of it'");
            assertThat(ServerLeftovers.of(database)).isEmpty();
        }
    }
}
