package org.reactivesessions.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.server.TestServers;

/** Every section does what it says, as a witness sees that does not use the library. */
class UsageIT {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @Test
    void everySectionMustDoWhatItSays() throws SQLException {
        try (TestDatabase database = TestServers.current().freshDatabase()) {
            ReactiveSessions sessions = PostgresSessions.builder()
                    .url(database.r2dbcUrl())
                    .maxSize(4)
                    .build();

            List<String> said = new Usage(sessions).tour().collectList().block(PATIENCE);

            assertThat(said)
                    .containsExactly(
                            "tables created",
                            "create: Customer[id=1, name=alice, credit=100]",
                            "batch, one statement: 2 rows",
                            "batch, several sets: 2 rows",
                            "query: Customer[id=1, name=alice, credit=100]",
                            "update: Customer[id=2, name=bob, credit=85]",
                            "rolled back: there is no customer \"nobody\"",
                            "error: the name \"alice\" is taken",
                            "nested: 2 of 3",
                            "stream: [alice, bob, carol]",
                            "background job: 5 paid");
            assertThat(column(database, "SELECT name || ' ' || credit FROM customer ORDER BY name"))
                    .containsExactly("alice* 71", "bob* 86", "carol* 56", "dave* 11", "erin* 11");
            assertThat(column(database, "SELECT entry FROM audit")).containsExactly("registered 2");
            assertThat(sessions.poolStatus().acquired()).isZero();
            sessions.close().block(PATIENCE);
        }
    }

    private static List<String> column(TestDatabase database, String sql) throws SQLException {
        try (Connection witness = database.openJdbc();
                Statement statement = witness.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }
}
