package org.reactivesessions.docs;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.test.StepVerifier;

/** The sample of the page "Behind PgBouncer". */
@ExtendWith(PostgresExtension.class)
class PoolersIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TestDatabase database;

    PoolersIT(TestDatabase database) {
        this.database = database;
    }

    @Test
    void thePresetMustAlsoDoWithoutAPooler() {
        String databaseUrl = database.url();
        // spotless:off
        // tag::preset[]
        ReactiveSessions sessions = PostgresSessions.builder()
            .url(databaseUrl) // that of PgBouncer, pool_mode = transaction
            .maxSize(16)
            .pgBouncer()
            .build();
        // end::preset[]
        // spotless:on
        sessions.withTransaction(session -> session.sql("SELECT $1::int", 1).one(row -> row.get(0, Integer.class)))
                .as(StepVerifier::create)
                .expectNext(1)
                .expectComplete()
                .verify(PATIENCE);
        sessions.close().block(PATIENCE);
    }
}
