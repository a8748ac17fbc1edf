package org.reactivesessions.spring.boot.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.micrometer.SessionObservations;
import org.reactivesessions.spring.boot.GivenDatabaseAutoConfiguration;
import org.reactivesessions.spring.boot.OwnPoolAutoConfiguration;
import org.reactivesessions.spring.boot.PostgresSessionsCustomizer;
import org.reactivesessions.spring.boot.SessionsMetricsAutoConfiguration;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TransactionOptions;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthContributor;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** What an operator sees. */
@ExtendWith(PostgresExtension.class)
class ActuatorIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ApplicationContextRunner context;

    ActuatorIT(TestDatabase database) {
        context = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        OwnPoolAutoConfiguration.class,
                        GivenDatabaseAutoConfiguration.class,
                        SessionsMetricsAutoConfiguration.class,
                        SessionsEndpointAutoConfiguration.class,
                        SessionsHealthAutoConfiguration.class))
                .withBean(
                        PostgresSessionsCustomizer.class, () -> builder -> builder.healthTimeout(PATIENCE.dividedBy(2)))
                .withPropertyValues(
                        "reactive-sessions.url=" + database.url(),
                        "reactive-sessions.pool-size=1",
                        "management.endpoints.web.exposure.include=sessions",
                        "management.endpoints.jmx.exposure.include=sessions");
    }

    private static Health health(ReactiveHealthIndicator indicator) {
        return Objects.requireNonNull(indicator.health(true).block(PATIENCE));
    }

    /** Somebody who has the only connection, until he is disposed of. */
    private static Disposable busy(ReactiveSessions sessions) throws InterruptedException {
        CountDownLatch inside = new CountDownLatch(1);
        Disposable busy = sessions.withTransaction(
                        TransactionOptions.defaults().named("report"),
                        session -> session.sql("SELECT 'shown'")
                                .execute()
                                .then(Mono.fromRunnable(inside::countDown))
                                .then(Mono.never()))
                .subscribe();
        assertThat(inside.await(30, TimeUnit.SECONDS)).isTrue();
        return busy;
    }

    @Test
    void healthMustSayWhetherTheDatabaseAnswersAndHowThePoolIs() {
        context.run(started -> {
            Health health = health(started.getBean(ReactiveHealthIndicator.class));
            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(health.getDetails()).containsOnlyKeys("database", "latency", "circuit", "pool");
            assertThat(health.getDetails()).containsEntry("database", "UP");
            assertThat(String.valueOf(health.getDetails().get("pool"))).contains("max=1", "pending=0");
        });
    }

    @Test
    void aFullPoolMustNotBeDown() {
        context.run(started -> {
            Disposable busy = busy(started.getBean(ReactiveSessions.class));
            Health health = health(started.getBean(ReactiveHealthIndicator.class));
            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(health.getDetails()).containsEntry("database", "SATURATED");
            busy.dispose();
        });
    }

    @Test
    void aDatabaseThatIsAwayMustBeDownWithoutItsAddress() {
        context.withPropertyValues("reactive-sessions.url=postgresql://user:hidden@localhost:1/db")
                .run(started -> {
                    Health health = health(started.getBean(ReactiveHealthIndicator.class));
                    assertThat(health.getStatus()).isEqualTo(Status.DOWN);
                    assertThat(health.toString()).contains("DOWN").doesNotContain("localhost", "user", "hidden");
                });
    }

    @Test
    void theEndpointMustShowWhoIsAtWork() {
        context.run(started -> {
            SessionsEndpoint endpoint = started.getBean(SessionsEndpoint.class);
            assertThat(endpoint.sessions()).containsOnlyKeys("reactiveSessions");
            Disposable busy = busy(started.getBean(ReactiveSessions.class));
            SessionsEndpoint.Overview overview =
                    Objects.requireNonNull(endpoint.sessions().get("reactiveSessions"));
            assertThat(overview.count()).isEqualTo(1);
            assertThat(overview.active()).singleElement().satisfies(active -> {
                assertThat(active.name()).isEqualTo("report");
                assertThat(active.phase()).isEqualTo("ACTIVE");
                assertThat(active.lastStatement()).isEqualTo("SELECT 'shown'");
                assertThat(active.backend()).isPositive();
            });
            busy.dispose();
        });
    }

    @Test
    void metersMustComeWithARegistryAndGoWithTheContext() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        context.withBean(MeterRegistry.class, () -> registry).run(started -> {
            Disposable busy = busy(started.getBean(ReactiveSessions.class));
            assertThat(registry.get("r2dbc.pool.acquired")
                            .tag("name", "sessions")
                            .gauge()
                            .value())
                    .isEqualTo(1);
            busy.dispose();
        });
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void observationsMustComeWithARegistry() {
        context.withBean(ObservationRegistry.class, ObservationRegistry::create)
                .run(started -> assertThat(started).hasSingleBean(SessionObservations.class));
    }

    @Test
    void nothingMustBeThereThatIsNotAskedFor() {
        context.run(started -> assertThat(started).doesNotHaveBean(SessionObservations.class));
        context.withPropertyValues("management.health.sessions.enabled=false")
                .run(started -> assertThat(started).doesNotHaveBean(ReactiveHealthContributor.class));
        context.withPropertyValues(
                        "management.endpoints.web.exposure.include=health",
                        "management.endpoints.jmx.exposure.include=health")
                .run(started -> assertThat(started).doesNotHaveBean(SessionsEndpoint.class));
    }

    /** Finds its configurations by itself, as applications do. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    @Test
    void theApplicationMustStartWithoutMicrometer() {
        for (List<String> missing : List.of(List.of("io.micrometer"), List.of("org.reactivesessions.micrometer"))) {

            new ApplicationContextRunner()
                    .withUserConfiguration(Application.class)
                    .withPropertyValues("reactive-sessions.url=postgresql://user@localhost:1/db")
                    .withClassLoader(new FilteredClassLoader(missing.toArray(String[]::new)))
                    .run(started -> assertThat(started).hasNotFailed().hasSingleBean(ReactiveSessions.class));
        }
    }
}
