package org.reactivesessions.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.pool.PoolStatus;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.test.StepVerifier;

/** The sample of the page "How many connections". */
@ExtendWith(PostgresExtension.class)
class SizingIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TestDatabase database;

    SizingIT(TestDatabase database) {
        this.database = database;
    }

    @Test
    void theSampleMustBeOfThatSize() {
        String databaseUrl = database.url();
        // spotless:off
        // tag::size[]
        ReactiveSessions sessions = PostgresSessions.builder()
            .url(databaseUrl)
            .pool(PoolOptions.defaults()
                .size(10, 10)  // kept, and beyond
                .instances(4)) // how many processes have such a pool
            .build();
        // end::size[]
        // spotless:on
        sessions.withTransaction(session -> session.sql("SELECT $1::int", 1).one(row -> row.get(0, Integer.class)))
                .as(StepVerifier::create)
                .expectNext(1)
                .expectComplete()
                .verify(PATIENCE);
        PoolStatus status = sessions.poolStatus();
        assertThat(status.coreSize()).isEqualTo(10);
        assertThat(status.maxSize()).isEqualTo(20);
        sessions.close().block(PATIENCE);
    }
}
