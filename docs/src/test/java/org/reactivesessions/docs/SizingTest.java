package org.reactivesessions.docs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.pool.PoolStatus;
import org.reactivesessions.postgres.PostgresSessions;

/** The sample of the page "How many connections". */
class SizingTest {

    @Test
    void theSampleMustBeOfThatSize() {
        String databaseUrl = "postgresql://alice@localhost/shop"; // nothing connects before it is used
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
        PoolStatus status = sessions.poolStatus();
        assertThat(status.coreSize()).isEqualTo(10);
        assertThat(status.maxSize()).isEqualTo(20);
        sessions.close().block();
    }
}
