package org.reactivesessions.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.testkit.junit.DatabaseInitializer;
import org.reactivesessions.testkit.junit.DatabasePer;
import org.reactivesessions.testkit.junit.PostgresTest;
import org.reactivesessions.testkit.server.TestDatabase;

/** The samples of the page "Testing" that need the whole library. */
class TestingIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    // spotless:off
    // tag::initializer[]
    static class ThousandItems implements DatabaseInitializer {
        @Override
        public void fill(TestDatabase database) throws SQLException {
            try (Connection jdbc = database.openJdbc(); Statement statement = jdbc.createStatement()) {
                statement.execute("CREATE TABLE item AS SELECT generate_series(1, 1000) AS id");
            }
        }
    }
    // end::initializer[]
    // spotless:on

    @Nested
    // spotless:off
    // tag::sessions[]
    @PostgresTest(initializer = ThousandItems.class, databasePer = DatabasePer.CLASS)
    class ItemTest {

        @Test
        void itemsMustBeThere(ReactiveSessions sessions) {
            Long count = sessions.withTransaction(session ->
                    session.sql("SELECT count(*) FROM item").one(row -> row.get(0, Long.class))).block(PATIENCE);
            assertThat(count).isEqualTo(1000);
        }
    }
    // end::sessions[]
    // spotless:on
}
