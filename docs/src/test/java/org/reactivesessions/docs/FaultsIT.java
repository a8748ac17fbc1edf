package org.reactivesessions.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.retry.RetryRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.IntegrityViolationException;
import org.reactivesessions.health.HealthReport;
import org.reactivesessions.health.HealthStatus;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.resilience.ResilienceOptions;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.ServerCensus;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TimeLimits;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The samples of the page "When the database is away". */
@ExtendWith(PostgresExtension.class)
class FaultsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TestDatabase database;

    FaultsIT(TestDatabase database) {
        this.database = database;
    }

    private ReactiveSessions sessions() {
        return PostgresSessions.builder().url(database.url()).build();
    }

    /** Nobody listens there. */
    private static ReactiveSessions nowhere() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return PostgresSessions.builder()
                    .url("postgresql://user@127.0.0.1:" + free.getLocalPort() + "/db")
                    .build();
        }
    }

    private static Mono<String> fallback(ReactiveSessions sessions) {
        // spotless:off
        // tag::fallback[]
        Mono<String> answer = sessions.withTransaction(session ->
            session.sql("SELECT version()").one(row -> row.get(0, String.class)))
            .onErrorResume(DatabaseUnavailableException.class, away ->
                Mono.just("503, Retry-After: " + away.retryAfter().plusMillis(999).toSeconds()));
        // end::fallback[]
        // spotless:on
        return answer;
    }

    @Test
    void fallbackMustBeAllACallerNeeds() throws IOException {
        ReactiveSessions away = nowhere();
        fallback(away)
                .as(StepVerifier::create)
                .expectNext("503, Retry-After: 1")
                .expectComplete()
                .verify(PATIENCE);
        away.close().block(PATIENCE);

        ReactiveSessions there = sessions();
        fallback(there)
                .as(StepVerifier::create)
                .assertNext(version -> assertThat(version).startsWith("PostgreSQL"))
                .expectComplete()
                .verify(PATIENCE);
        there.close().block(PATIENCE);
    }

    @Test
    void health() {
        ReactiveSessions sessions = sessions();
        // spotless:off
        // tag::health[]
        Mono<HealthReport> report = sessions.health(); // UP, SATURATED, READ_ONLY or DOWN, within healthTimeout
        Mono<Boolean> alive = sessions.isHealthy();    // false only if it is DOWN
        // end::health[]
        // spotless:on
        assertThat(report.map(HealthReport::status).block(PATIENCE)).isEqualTo(HealthStatus.UP);
        assertThat(alive.block(PATIENCE)).isTrue();
        sessions.close().block(PATIENCE);
    }

    @Test
    void registries() {
        String databaseUrl = database.url();
        CircuitBreakerRegistry circuitBreakers = CircuitBreakerRegistry.ofDefaults();
        RetryRegistry retries = RetryRegistry.ofDefaults();
        // spotless:off
        // tag::registries[]
        ReactiveSessions sessions = PostgresSessions.builder()
            .url(databaseUrl)
            .healthTimeout(Duration.ofSeconds(1))
            .resilience(ResilienceOptions.defaults()
                .named("orders-db")
                .circuitBreakers(circuitBreakers)
                .retries(retries))
            .build();
        // end::registries[]
        // spotless:on
        assertThat(circuitBreakers.find("orders-db")).isPresent();
        assertThat(retries.find("orders-db")).isPresent();
        sessions.close().block(PATIENCE);
    }

    @Test
    void integrity() throws SQLException {
        try (Connection oracle = database.openJdbc()) {
            oracle.createStatement().execute("CREATE TABLE customer (name TEXT CONSTRAINT name_is_taken UNIQUE)");
            oracle.createStatement().execute("INSERT INTO customer VALUES ('alice')");
        }
        ReactiveSessions sessions = sessions();
        String name = "alice";
        // spotless:off
        // tag::integrity[]
        Mono<String> registered = sessions.withTransaction(session ->
            session.sql("INSERT INTO customer VALUES ($1)", name).rowsUpdated())
            .map(rows -> "welcome")
            .onErrorResume(IntegrityViolationException.class, violated ->
                "name_is_taken".equals(violated.constraint()) ? Mono.just("taken") : Mono.error(violated));
        // end::integrity[]
        // spotless:on
        assertThat(registered.block(PATIENCE)).isEqualTo("taken");
        sessions.close().block(PATIENCE);
    }

    private record Report(int lines) {}

    private static Mono<Report> slowReport(Session session) {
        return session.sql("SELECT 1 FROM pg_sleep(600)").one(row -> new Report(1));
    }

    @Test
    void cancel() {
        String databaseUrl = database.url();
        // spotless:off
        // tag::cancel[]
        ReactiveSessions sessions = PostgresSessions.builder()
            .url(databaseUrl)
            .limits(TimeLimits.defaults().cancelGrace(Duration.ofMillis(25)))
            .build();
        Mono<Report> report = sessions.withTransaction(session -> slowReport(session))
            .timeout(Duration.ofSeconds(2)); // also cancels it on the server
        // end::cancel[]
        // spotless:on
        report.as(StepVerifier::create).expectError(TimeoutException.class).verify(PATIENCE);
        sessions.quiesced().block(PATIENCE);
        assertThat(sessions.poolStatus().acquired()).isZero();
        ServerCensus.await(database, PATIENCE, census -> !census.byState().containsKey("active"));
        sessions.close().block(PATIENCE);
    }
}
