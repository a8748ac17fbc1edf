package org.reactivesessions.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;

/** The samples of the page "The guard". */
@ExtendWith(PostgresExtension.class)
class GuardPageIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TestDatabase database;

    GuardPageIT(TestDatabase database) {
        this.database = database;
    }

    @Test
    void autocommit() throws SQLException {
        try (Connection oracle = database.openJdbc()) {
            oracle.createStatement().execute("CREATE TABLE item (id int)");
        }
        String databaseUrl = database.url();
        // spotless:off
        // tag::autocommit[]
        ReactiveSessions sessions = PostgresSessions.builder()
            .url(databaseUrl)
            .autocommitWrites(true) // BEGIN is waited for
            .build();
        // end::autocommit[]
        // spotless:on
        assertThat(sessions.withSession(session ->
                                session.sql("INSERT INTO item VALUES (1)").rowsUpdated())
                        .block(PATIENCE))
                .isEqualTo(1);
        sessions.close().block(PATIENCE);
    }
}
