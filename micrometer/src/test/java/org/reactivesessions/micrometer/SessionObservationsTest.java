package org.reactivesessions.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.r2dbc.spi.R2dbcRollbackException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.RollbackRequestedException;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.observation.AttemptReport.Kind;
import org.reactivesessions.observation.TransactionObserver;
import reactor.util.context.Context;

/** Observations as meters, and what cannot be set. */
class SessionObservationsTest {

    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ObservationRegistry registry = ObservationRegistry.create();

    private SessionObservations.Builder observed() {
        registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
        return SessionObservations.builder(registry).system("postgresql");
    }

    private static void run(
            SessionObservations observations, String name, TransactionOutcome outcome, @Nullable Throwable error) {
        TransactionObserver observer = Objects.requireNonNull(observations.started(name, Context.empty()));
        observer.attempted(Everything.run(Kind.TRANSACTION, name, outcome, false, error));
        observer.ended(LifePhase.COMMITTING, outcome, error);
    }

    /** Prometheus takes no meter whose tags are others than those of the first of its name. */
    private static void goodAndBad(SessionObservations observations) {
        run(observations, "order", TransactionOutcome.COMMITTED, null);
        run(observations, "order", TransactionOutcome.ROLLED_BACK, new R2dbcRollbackException("secret", "40001"));
        run(observations, "report", TransactionOutcome.IN_DOUBT, new IllegalStateException("secret"));
    }

    @Test
    void everyEndMustBeSeenByMetersOfObservations() {
        goodAndBad(observed().build());

        Scrape scrape = Scrape.of(meters);
        String count = "reactive_sessions_operation_seconds_count";
        assertThat(scrape.value(count, "name", "order", "outcome", "committed", "error_type", "none"))
                .isEqualTo(1);
        assertThat(scrape.value(count, "name", "order", "outcome", "rolled_back", "error_type", "40001"))
                .isEqualTo(1);
        assertThat(scrape.sum(count, "db_system_name", "postgresql")).isEqualTo(3);
        assertThat(meters.scrape()).doesNotContain("secret");
    }

    @Test
    void aRollbackThatWasAskedForMustBeNoError() {
        SessionObservations observations = observed().build();
        run(
                observations,
                "rehearsal",
                TransactionOutcome.ROLLED_BACK,
                new RollbackRequestedException("only a rehearsal"));

        assertThat(Scrape.of(meters)
                        .value(
                                "reactive_sessions_operation_seconds_count",
                                "name",
                                "rehearsal",
                                "outcome",
                                "rolled_back",
                                "error_type",
                                "none"))
                .isEqualTo(1);
    }

    @Test
    void everyEndMustBeSeenUnderTheNamesOfOpenTelemetryToo() {
        goodAndBad(observed()
                .convention(new OpenTelemetrySessionObservationConvention())
                .build());

        Scrape scrape = Scrape.of(meters);
        String count = "db_client_operation_duration_seconds_count";
        assertThat(scrape.value(count, "db_query_summary", "order", "error_type", "40001"))
                .isEqualTo(1);
        assertThat(scrape.sum(count, "db_system_name", "postgresql", "server_port", "none"))
                .isEqualTo(3);
    }

    @Test
    void namesMustBeBounded() {
        SessionObservations observations = observed().maxNames(1).build();
        goodAndBad(observations);

        assertThat(Scrape.of(meters).values("reactive_sessions_operation_seconds_count", "name"))
                .containsExactly("order", "other");
    }

    @Test
    void nobodyMustBeWatchedForARegistryWithoutHandlers() {
        assertThat(SessionObservations.of(ObservationRegistry.NOOP).started("order", Context.empty()))
                .isNull();
        assertThat(SessionObservations.of(registry).started("order", Context.empty()))
                .isNull();
    }

    @Test
    void badSettingsMustBeRefused() {
        SessionObservations.Builder builder = SessionObservations.builder(registry);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.system(" "))
                .withMessageContaining("system must not be blank");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.namespace(""))
                .withMessageContaining("namespace must not be blank");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.server("db", 0))
                .withMessageContaining("1 to 65535, but was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.server("", 1))
                .withMessageContaining("server must not be blank");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.maxNames(0))
                .withMessageContaining("maxNames must be >= 1");
        assertThat(builder.system("postgresql").build().toString()).contains("postgresql");
        assertThat(SessionMetrics.of(meters).toString()).contains("sessions");
    }
}
