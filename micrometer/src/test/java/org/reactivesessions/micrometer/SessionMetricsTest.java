package org.reactivesessions.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.r2dbc.spi.R2dbcRollbackException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.RollbackRequestedException;
import org.reactivesessions.error.TransactionOutcome;

/** What is heard is counted where it belongs, and the meters are there as long as they shall be. */
class SessionMetricsTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private static Set<String> names(SimpleMeterRegistry registry) {
        return registry.getMeters().stream()
                .map(meter -> meter.getId().getName())
                .filter(name -> !name.endsWith(".histogram")) // this registry shows buckets as gauges
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void aRollbackThatWasAskedForMustBeNoFailure() {
        SessionMetrics metrics = SessionMetrics.of(registry);
        metrics.ended(
                "rehearsal",
                LifePhase.ACTIVE,
                TransactionOutcome.ROLLED_BACK,
                new RollbackRequestedException("only a rehearsal"));

        assertThat(count("reactive.sessions.transactions", "name", "rehearsal", "outcome", "rolled_back"))
                .isEqualTo(1);
        assertThat(registry.find("reactive.sessions.failures").counters()).isEmpty();
    }

    private double count(String meter, String... tags) {
        return registry.get(meter).tags(tags).counter().count();
    }

    @Test
    void everythingThatIsHeardMustBeCounted() {
        Everything.happensTo(SessionMetrics.of(registry));

        assertThat(count("reactive.sessions.transactions", "name", "order", "outcome", "committed"))
                .isEqualTo(1);
        assertThat(count("reactive.sessions.transactions", "name", "order", "outcome", "in_doubt"))
                .isEqualTo(1);
        assertThat(count("reactive.sessions.in.doubt")).isEqualTo(1);
        assertThat(count("reactive.sessions.retries", "name", "order")).isEqualTo(1);
        assertThat(count("reactive.sessions.connect.retries")).isEqualTo(2);
        assertThat(count("reactive.sessions.cancels", "phase", "active")).isEqualTo(1);
        assertThat(count("reactive.sessions.cancels", "phase", "committing")).isZero();
        assertThat(count("reactive.sessions.suspected", "phase", "active")).isEqualTo(1);
        assertThat(count("reactive.sessions.used.after.end")).isEqualTo(3);
        assertThat(count("reactive.sessions.timeouts", "phase", "active")).isEqualTo(1);
        assertThat(count("reactive.sessions.failures", "error", "40")).isEqualTo(1);
        assertThat(count("reactive.sessions.connections.closed", "reason", "lost"))
                .isEqualTo(2);
        assertThat(registry.get("db.client.connection.create_time").timer().count())
                .isEqualTo(2);
        assertThat(registry.get("db.client.connection.create_time").timer().totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(20);
        assertThat(registry.get("reactive.sessions.connect.refused").timer().count())
                .isEqualTo(1);
        assertThat(registry.get("reactive.sessions.resolved")
                        .tag("outcome", "committed")
                        .timer()
                        .totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(40);
        assertThat(registry.get("reactive.sessions.hooks")
                        .tags("moment", "after_commit", "result", "failed")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("reactive.sessions.circuit.state")
                        .tag("state", "open")
                        .gauge()
                        .value())
                .isEqualTo(1);
        assertThat(registry.get("reactive.sessions.circuit.state")
                        .tag("state", "closed")
                        .gauge()
                        .value())
                .isZero();
    }

    @Test
    void theTimesOfARunMustGoWhereTheyBelong() {
        Everything.happensTo(SessionMetrics.of(registry));

        assertThat(Stream.of("acquire", "begin", "hold", "commit")
                        .map(each -> registry.get("reactive.sessions." + each)
                                .tag("name", "order")
                                .timer()
                                .max(TimeUnit.MILLISECONDS)))
                .containsExactly(1.0, 2.0, 2.0 + 3.0 + 4.0, 4.0);
        assertThat(registry.get("reactive.sessions.rollback")
                        .tag("name", "order")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("reactive.sessions.hold")
                        .tag("name", "lent")
                        .timer()
                        .count())
                .as("of a session")
                .isEqualTo(1);
        assertThat(registry.get("reactive.sessions.begin")
                        .tag("name", "lent")
                        .timer()
                        .count())
                .isZero();
        assertThat(registry.get("db.client.connection.use_time").timer().count())
                .isEqualTo(3);
        assertThat(registry.find("reactive.sessions.acquire")
                        .tag("name", "waiting")
                        .timer())
                .as("of who got no connection")
                .isNull();
    }

    @Test
    void namesMustBeBounded() {
        SessionMetrics metrics = SessionMetrics.builder(registry).maxNames(2).build();
        for (String name : List.of("a", "b", "c", "d", "a")) {
            metrics.ended(name, LifePhase.COMMITTING, TransactionOutcome.COMMITTED, null);
        }

        assertThat(count("reactive.sessions.transactions", "name", "a", "outcome", "committed"))
                .isEqualTo(2);
        assertThat(count("reactive.sessions.transactions", "name", "b", "outcome", "committed"))
                .isEqualTo(1);
        assertThat(count("reactive.sessions.transactions", "name", "other", "outcome", "committed"))
                .isEqualTo(2);
        assertThat(registry.find("reactive.sessions.transactions")
                        .tag("name", "c")
                        .counter())
                .isNull();
    }

    @Test
    void errorsMustBeBoundedAndSayNothingOfWhatTheyCarry() {
        SessionMetrics metrics = SessionMetrics.of(registry);
        for (char first = 'A'; first <= 'Z'; first++) {
            for (char second = 'A'; second <= 'J'; second++) {
                metrics.ended(
                        "order",
                        LifePhase.ACTIVE,
                        TransactionOutcome.ROLLED_BACK,
                        new R2dbcRollbackException("secret", String.valueOf(first) + second + "000"));
            }
        }

        Set<String> errors = registry.find("reactive.sessions.failures").counters().stream()
                .map(counter -> String.valueOf(counter.getId().getTag("error")))
                .collect(Collectors.toSet());
        assertThat(errors).hasSize(101).contains("other").noneMatch(error -> error.contains("secret"));
        assertThat(registry.find("reactive.sessions.failures").counters().stream()
                        .mapToDouble(Counter::count)
                        .sum())
                .isEqualTo(260);
    }

    @Test
    void thoseOfTwoPoolsMustNotBeMixed() {
        SessionMetrics.of(registry);

        assertThatIllegalStateException()
                .isThrownBy(() -> SessionMetrics.of(registry))
                .withMessageContaining("\"sessions\"")
                .withMessageContaining("pool(…)");
        SessionMetrics.builder(registry).pool("other").build();
    }

    @Test
    void aClosedOneMustLeaveNothingAndMakeRoomForTheNext() {
        SessionMetrics metrics = SessionMetrics.of(registry);
        Everything.happensTo(metrics);
        SessionMetrics other = SessionMetrics.builder(registry).pool("other").build();
        metrics.close();
        Everything.happensTo(metrics);
        metrics.ended("late", LifePhase.COMMITTING, TransactionOutcome.COMMITTED, null);

        assertThat(registry.getMeters().stream().map(Meter::getId))
                .isNotEmpty()
                .allSatisfy(id -> assertThat(id.getTags().toString()).contains("=other"));
        other.close();
        assertThat(registry.getMeters()).isEmpty();
        SessionMetrics.of(registry);
    }

    @Test
    void onePoolMustBeShownByOne() {
        ReactiveSessions sessions = NoDatabase.sessions();
        SessionMetrics metrics = SessionMetrics.of(registry);
        metrics.bind(sessions);

        assertThatIllegalStateException()
                .isThrownBy(() -> metrics.bind(sessions))
                .withMessageContaining("\"sessions\"")
                .withMessageContaining("one SessionMetrics for each");
        registry.gauge("r2dbc.pool.acquired", List.of(Tag.of("name", "boot")), 1);
        assertThatIllegalStateException()
                .isThrownBy(() ->
                        SessionMetrics.builder(registry).pool("boot").build().bind(sessions))
                .withMessageContaining("\"boot\"");
    }

    @Test
    void sessionsMustNotBeKeptFromBeingCollected() {
        SessionMetrics metrics = SessionMetrics.of(registry);
        metrics.bind(NoDatabase.sessions());
        assertThat(registry.get("db.client.connection.max").gauge().value()).isEqualTo(10);

        long end = System.nanoTime() + Server.PATIENCE.toNanos();
        while (!Double.isNaN(registry.get("db.client.connection.max").gauge().value()) && System.nanoTime() - end < 0) {
            System.gc();
        }
        assertThat(registry.get("db.client.connection.max").gauge().value()).isNaN();
        assertThat(registry.get("db.client.connection.timeouts")
                        .functionCounter()
                        .count())
                .isZero();
    }

    /** The page is made of the same table. */
    @Test
    void everyMeterOfTheTableMustBeThereWithItsTags() {
        SessionMetrics metrics = SessionMetrics.of(registry);
        metrics.bind(NoDatabase.sessions());
        Everything.happensTo(metrics);

        assertThat(names(registry))
                .isEqualTo(Stream.of(SessionMeter.values())
                        .map(SessionMeter::meter)
                        .collect(Collectors.toCollection(TreeSet::new)));
        for (SessionMeter meter : SessionMeter.values()) {
            assertThat(registry.get(meter.meter()).meters())
                    .as(meter.meter())
                    .allSatisfy(
                            each -> assertThat(each.getId().getTags().stream().map(Tag::getKey))
                                    .containsExactlyInAnyOrderElementsOf(meter.tags()));
        }
    }

    @Test
    void bucketsMustBeThereWhereTheyAreNeededAndWhereTheyAreWanted() {
        PrometheusMeterRegistry few = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Everything.happensTo(SessionMetrics.of(few));
        assertThat(Scrape.of(few).metrics())
                .contains("db_client_connection_wait_time_seconds_bucket")
                .doesNotContain("reactive_sessions_commit_seconds_bucket");
        assertThat(Scrape.of(few).values("db_client_connection_wait_time_seconds_bucket", "le"))
                .hasSize(10);

        PrometheusMeterRegistry many = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Everything.happensTo(SessionMetrics.builder(many).histograms().build());
        assertThat(Scrape.of(many).metrics()).contains("reactive_sessions_commit_seconds_bucket");
    }

    @Test
    void badSettingsMustBeRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SessionMetrics.builder(registry).maxNames(0))
                .withMessageContaining("maxNames must be >= 1")
                .withMessageContaining("0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SessionMetrics.builder(registry).maxNames(10_001))
                .withMessageContaining("10001");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SessionMetrics.builder(registry).pool(" "))
                .withMessageContaining("pool must not be blank");
    }
}
