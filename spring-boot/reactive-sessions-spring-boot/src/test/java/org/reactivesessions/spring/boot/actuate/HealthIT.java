package org.reactivesessions.spring.boot.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.spring.boot.GivenDatabaseAutoConfiguration;
import org.reactivesessions.spring.boot.OwnPoolAutoConfiguration;
import org.reactivesessions.spring.boot.PostgresSessionsCustomizer;
import org.reactivesessions.testkit.server.EmbeddedCluster;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.actuate.endpoint.IndicatedHealthDescriptor;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.application.AvailabilityHealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** What a platform asks, at the endpoint it asks: an instance is taken away only if that helps, and never restarted for its database. */
@ExtendWith(PostgresExtension.class)
class HealthIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TestDatabase database;
    private final ApplicationContextRunner context = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    OwnPoolAutoConfiguration.class,
                    GivenDatabaseAutoConfiguration.class,
                    SessionsHealthAutoConfiguration.class,
                    ApplicationAvailabilityAutoConfiguration.class,
                    AvailabilityHealthContributorAutoConfiguration.class,
                    AvailabilityProbesAutoConfiguration.class,
                    HealthContributorRegistryAutoConfiguration.class,
                    HealthEndpointAutoConfiguration.class))
            .withPropertyValues(
                    "management.endpoint.health.probes.enabled=true",
                    "management.endpoint.health.show-details=always",
                    "reactive-sessions.pool-size=1",
                    "reactive-sessions.max-overflow=0",
                    "reactive-sessions.pool-timeout=30s",
                    "reactive-sessions.connect-timeout=30s");

    HealthIT(TestDatabase database) {
        this.database = database;
    }

    /** As an application does when it has started. */
    private static Status liveness(AssertableApplicationContext started) {
        AvailabilityChangeEvent.publish(started, LivenessState.CORRECT);
        return status(started, "liveness");
    }

    /** One whose answer is waited for, whatever else this machine does. */
    private ApplicationContextRunner patient() {
        return context.withBean(PostgresSessionsCustomizer.class, () -> builder -> builder.healthTimeout(PATIENCE));
    }

    private ApplicationContextRunner on(String url) {
        return patient().withPropertyValues("reactive-sessions.url=" + url);
    }

    private static IndicatedHealthDescriptor sessions(AssertableApplicationContext started) {
        return (IndicatedHealthDescriptor)
                Objects.requireNonNull(started.getBean(HealthEndpoint.class).healthForPath("sessions"));
    }

    private static Status status(AssertableApplicationContext started, String group) {
        return Objects.requireNonNull(started.getBean(HealthEndpoint.class).healthForPath(group))
                .getStatus();
    }

    private static void assertUp(AssertableApplicationContext started, String database) {
        IndicatedHealthDescriptor health = sessions(started);
        assertThat(health.getDetails()).containsEntry("database", database);
        assertThat(health.getStatus()).isEqualTo(Status.UP);
        assertThat(liveness(started)).isEqualTo(Status.UP);
    }

    private void run(String... statements) throws SQLException {
        try (Connection jdbc = database.openJdbc();
                Statement statement = jdbc.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Test
    void aDatabaseThatAnOperatorHasMadeReadOnlyMustBeSeen() throws SQLException {
        String name = database.database();
        run("ALTER DATABASE \"" + name + "\" SET default_transaction_read_only = on");
        try {
            on(database.url()).run(started -> assertUp(started, "READ_ONLY"));
        } finally {
            run(
                    "SET default_transaction_read_only = off",
                    "ALTER DATABASE \"" + name + "\" RESET default_transaction_read_only");
        }
        on(database.url()).run(started -> assertUp(started, "UP"));
    }

    @Test
    void aStandbyMustBeSeen() {
        try (EmbeddedCluster cluster = EmbeddedCluster.start()) {
            EmbeddedServer standby = cluster.standby();
            patient()
                    .withPropertyValues(
                            "reactive-sessions.host=" + standby.host(),
                            "reactive-sessions.port=" + standby.port(),
                            "reactive-sessions.database=postgres",
                            "reactive-sessions.username=" + standby.username(),
                            "reactive-sessions.password=" + standby.password(),
                            "reactive-sessions.target=any")
                    .run(started -> assertUp(started, "READ_ONLY"));
        }
    }

    @Test
    void aPoolThatIsFullMustBeSeen() {
        on(database.url()).run(started -> {
            CountDownLatch inside = new CountDownLatch(1);
            Disposable busy = started.getBean(ReactiveSessions.class)
                    .withTransaction(session -> session.sql("SELECT 1")
                            .execute()
                            .then(Mono.fromRunnable(inside::countDown))
                            .then(Mono.never()))
                    .subscribe();
            assertThat(inside.await(30, TimeUnit.SECONDS)).isTrue();
            assertUp(started, "SATURATED");
            busy.dispose();
        });
    }

    @Test
    void aDatabaseThatIsAwayMustNotRestartTheApplication() {
        on("postgresql://user:hidden@localhost:1/db").run(started -> {
            assertThat(sessions(started).getStatus()).isEqualTo(Status.DOWN);
            assertThat(started.getBean(HealthEndpoint.class).health().getStatus())
                    .isEqualTo(Status.DOWN);
            assertThat(liveness(started)).isEqualTo(Status.UP);
            HealthEndpointGroups groups = started.getBean(HealthEndpointGroups.class);
            assertThat(Objects.requireNonNull(groups.get("liveness")).isMember("sessions"))
                    .isFalse();
            assertThat(Objects.requireNonNull(groups.get("readiness")).isMember("sessions"))
                    .isFalse();
        });
    }

    /** A platform's patience is shorter than a connection's. */
    @Test
    void aServerThatNeverAnswersMustNotKeepTheProbeWaiting() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            context.withPropertyValues(
                            "reactive-sessions.url=postgresql://user:hidden@localhost:" + silent.getLocalPort() + "/db",
                            "reactive-sessions.connect-timeout=10m",
                            "reactive-sessions.pool-timeout=10m")
                    .run(started -> {
                        long begin = System.nanoTime();
                        assertThat(sessions(started).getStatus()).isEqualTo(Status.DOWN);
                        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(PATIENCE);
                    });
        }
    }
}
