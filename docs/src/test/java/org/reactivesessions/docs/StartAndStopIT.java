package org.reactivesessions.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.health.HealthStatus;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The sample of "Start and stop" on the page "Getting started". */
@ExtendWith(PostgresExtension.class)
class StartAndStopIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void theDatabaseMustBeAskedAtTheStartAndLeftAtTheEnd(TestDatabase database) {
        String databaseUrl = database.url();
        // spotless:off
        // tag::start-and-stop[]
        ReactiveSessions sessions = PostgresSessions.builder()
            .url(databaseUrl)
            .closeGrace(Duration.ofSeconds(20))
            .build();

        sessions.verify(30, Duration.ofSeconds(1)).block();  // no database, no start
        Runtime.getRuntime().addShutdownHook(new Thread(() -> sessions.close().block()));
        // end::start-and-stop[]
        // spotless:on

        assertThat(sessions.poolStatus().idle()).isEqualTo(1);
        sessions.close().block(PATIENCE);
        assertThat(sessions.poolStatus().allocated()).isZero();
        sessions.withTransaction(session -> Mono.just(1))
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("by thread"));
        sessions.health()
                .as(StepVerifier::create)
                .assertNext(report -> assertThat(report.status()).isEqualTo(HealthStatus.DOWN))
                .verifyComplete();
    }
}
