package org.reactivesessions.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.micrometer.SessionMetrics;
import org.reactivesessions.micrometer.SessionObservations;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;

/** The samples of the page "Metrics and traces". */
@ExtendWith(PostgresExtension.class)
class MetricsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final MeterRegistry registry = new SimpleMeterRegistry();

    private static void select(ReactiveSessions sessions) {
        sessions.withTransaction(session -> session.sql("SELECT 1").execute()).block(PATIENCE);
        sessions.close().block(PATIENCE);
    }

    @Test
    void whatTheSampleMeasuresMustBeThere(TestDatabase database) {
        String databaseUrl = database.url();
        // spotless:off
        // tag::metrics[]
        SessionMetrics metrics = SessionMetrics.builder(registry).pool("orders").build();
        ReactiveSessions sessions = PostgresSessions.builder()
            .url(databaseUrl)
            .listener(metrics)
            .build();
        metrics.bind(sessions);
        // end::metrics[]
        // spotless:on
        select(sessions);

        assertThat(registry.get("reactive.sessions.transactions")
                        .tags("pool", "orders", "name", "transaction", "outcome", "committed")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("r2dbc.pool.max.allocated").gauge().value()).isEqualTo(10);
    }

    @Test
    void whatTheSampleObservesMustBeThere(TestDatabase database) {
        String databaseUrl = database.url();
        ObservationRegistry observationRegistry = ObservationRegistry.create();
        observationRegistry.observationConfig().observationHandler(new DefaultMeterObservationHandler(registry));
        // spotless:off
        // tag::observations[]
        ReactiveSessions sessions = PostgresSessions.builder()
            .url(databaseUrl)
            .listener(SessionObservations.builder(observationRegistry)
                .system("postgresql")
                .build())
            .build();
        // end::observations[]
        // spotless:on
        select(sessions);

        assertThat(registry.get("reactive.sessions.operation")
                        .tags("name", "transaction", "outcome", "committed", "db.system.name", "postgresql")
                        .timer()
                        .count())
                .isEqualTo(1);
    }
}
