package org.reactivesessions.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.pool.ResetPolicy;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;

/** The samples of the page "A clean connection". */
@ExtendWith(PostgresExtension.class)
class HygieneIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TestDatabase database;

    HygieneIT(TestDatabase database) {
        this.database = database;
    }

    @Test
    void always() throws SQLException {
        try (Connection oracle = database.openJdbc()) {
            oracle.createStatement()
                    .execute("CREATE FUNCTION unseen() RETURNS text LANGUAGE sql AS"
                            + " $$ SELECT set_config('work_mem', '7MB', false) $$");
        }
        String databaseUrl = database.url();
        // spotless:off
        // tag::always[]
        ReactiveSessions sessions = PostgresSessions.builder()
            .url(databaseUrl)
            .reset(ResetPolicy.ALWAYS) // also for what a function does unseen
            .build();
        // end::always[]
        // spotless:on
        sessions.withSession(session -> session.sql("SELECT unseen()").execute())
                .block(PATIENCE);
        assertThat(sessions.withSession(session -> session.sql("SHOW work_mem").one(row -> row.get(0, String.class)))
                        .block(PATIENCE))
                .isNotEqualTo("7MB");
        sessions.close().block(PATIENCE);
    }
}
