package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.health.HealthReport;
import org.reactivesessions.health.HealthStatus;
import org.reactivesessions.observation.BreakerState;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** Health that never lies and never hangs, on a server of its own that is stopped, frozen and made read-only. */
class HealthIT {

    private static final Duration LIMIT = Duration.ofSeconds(1);
    private static final FrameMatch QUERY = FrameMatch.fromClient('Q').sql("pg_is_in_recovery");

    private static EmbeddedServer server;

    private TestDatabase database;
    private ServerFixture fixture;
    private ReactiveSessions sessions;

    @BeforeAll
    static void startServer() {
        server = EmbeddedServer.start();
    }

    @AfterAll
    static void closeServer() {
        server.close();
    }

    @BeforeEach
    void openSessions() {
        database = server.freshDatabase();
        fixture = ServerFixture.on(database);
        sessions = fixture.sessions();
    }

    @AfterEach
    void leaveNothingBehind() {
        fixture.close();
        database.close();
    }

    private static HealthReport look(ReactiveSessions at) {
        return Objects.requireNonNull(at.health().block(ServerFixture.PATIENCE));
    }

    private HealthReport look() {
        return look(sessions);
    }

    private void administer(String sql) {
        try (Connection admin = server.openJdbc();
                Statement statement = admin.createStatement()) {
            statement.execute("SET default_transaction_read_only = off");
            statement.execute(sql);
            statement.execute("SELECT pg_reload_conf()");
        } catch (SQLException failed) {
            throw new IllegalStateException(sql, failed);
        }
    }

    @Test
    void aDatabaseThatAnswersMustBeUp() {
        HealthReport report = look();

        assertThat(report.status()).isEqualTo(HealthStatus.UP);
        assertThat(report.reason()).isEqualTo("it answers");
        assertThat(report.circuit()).isEqualTo(BreakerState.CLOSED);
        assertThat(report.latency()).isPositive().isLessThanOrEqualTo(LIMIT);
        assertThat(sessions.isHealthy().block(ServerFixture.PATIENCE)).isTrue();
        assertThat(sessions.poolStatus().allocated())
                .as("connections of the pool")
                .isZero();
    }

    @Test
    void aHundredLooksAtOnceMustCauseOneQuery() {
        look();
        Rule query = fixture.proxy().hold(QUERY);
        Mono<List<HealthReport>> hundred = Flux.range(0, 100)
                .flatMap(each -> sessions.health(), 100)
                .collectList()
                .cache();
        hundred.subscribe();
        query.awaitHits(1, ServerFixture.PATIENCE);
        query.remove();

        List<HealthReport> reports = Objects.requireNonNull(hundred.block(ServerFixture.PATIENCE));
        assertThat(reports).hasSize(100).containsOnly(reports.get(0));
        assertThat(reports.get(0).status()).isEqualTo(HealthStatus.UP);
        assertThat(query.hits()).isEqualTo(1);
    }

    @Test
    void aCancelMustLeaveTheLookToTheOthers() {
        look();
        Rule query = fixture.proxy().hold(QUERY);
        Mono<HealthReport> other = sessions.health().cache();
        StepVerifier.create(sessions.health())
                .expectSubscription()
                .then(other::subscribe)
                .thenCancel()
                .verify();
        query.awaitHits(1, ServerFixture.PATIENCE);
        query.remove();

        assertThat(other.block(ServerFixture.PATIENCE))
                .extracting(HealthReport::status)
                .isEqualTo(HealthStatus.UP);
    }

    @Test
    void aFullPoolMustBeSaturatedAndNotDown() {
        Sinks.Empty<Void> end = Sinks.empty();
        Sinks.Empty<Void> begun = Sinks.empty();
        Mono<Void> holder = sessions.withTransaction(session -> {
                    begun.tryEmitEmpty();
                    return end.asMono();
                })
                .cache();
        holder.subscribe();
        begun.asMono().block(ServerFixture.PATIENCE);

        HealthReport report = look();
        end.tryEmitEmpty();
        holder.block(ServerFixture.PATIENCE);

        assertThat(report.status()).isEqualTo(HealthStatus.SATURATED);
        assertThat(report.reason())
                .isEqualTo("it answers, but all 1 connections of the pool are in use and 0 scopes wait");
        assertThat(report.isHealthy()).isTrue();
        assertThat(look().status()).isEqualTo(HealthStatus.UP);
    }

    @Test
    void aDatabaseThatAnOperatorMadeReadOnlyMustBeReadOnlyUntilItIsNot() {
        assertThat(look().status()).isEqualTo(HealthStatus.UP);
        administer("ALTER SYSTEM SET default_transaction_read_only = on");
        try {
            awaitStatus(HealthStatus.READ_ONLY);
            assertThat(look().reason()).isEqualTo("default_transaction_read_only is on");
        } finally {
            administer("ALTER SYSTEM RESET default_transaction_read_only");
        }
        awaitStatus(HealthStatus.UP);
    }

    /** The server reads its configuration when it likes. */
    private void awaitStatus(HealthStatus expected) {
        sessions.health()
                .repeat()
                .takeUntil(report -> report.status() == expected)
                .blockLast(ServerFixture.PATIENCE);
    }

    @Test
    void aStandbyMustBeReadOnlyUntilItIsPromoted() throws SQLException {
        try (EmbeddedServer standby = server.startStandby()) {
            server.awaitReplay(standby);
            ReactiveSessions there = PostgresSessions.builder()
                    .url(database.r2dbcUrl(standby.host(), standby.port()))
                    .build();
            assertThat(look(there)).satisfies(report -> {
                assertThat(report.status()).isEqualTo(HealthStatus.READ_ONLY);
                assertThat(report.reason()).isEqualTo("it is in recovery: a standby takes no writes");
            });
            standby.promote();
            assertThat(look(there).status()).isEqualTo(HealthStatus.UP);
            there.close().block(ServerFixture.PATIENCE);
        }
    }

    @Test
    void aFrozenServerMustBeDownWithinTheLimitAndUpWhenItGoesOn() {
        look();
        server.freeze();
        try {
            for (int each = 0; each < 2; each++) { // with the connection that was kept, and without
                HealthReport report = look();
                assertThat(report.status()).isEqualTo(HealthStatus.DOWN);
                assertThat(report.reason()).isEqualTo("no answer within 1000 ms");
                assertThat(report.latency()).isGreaterThanOrEqualTo(LIMIT);
            }
            assertThat(sessions.isHealthy().block(ServerFixture.PATIENCE)).isFalse();
        } finally {
            server.thaw();
        }
        assertThat(look().status()).isEqualTo(HealthStatus.UP);
    }

    @Test
    void aStoppedServerMustBeDownAndUpWhenItIsBack() {
        look();
        server.stop();
        assertThat(look().status()).isEqualTo(HealthStatus.DOWN);
        server.restart();
        assertThat(look().status()).isEqualTo(HealthStatus.UP);
    }

    @Test
    void aConnectionThatDiedUnnoticedMustNotBeTakenForTheDatabase() {
        look();
        long opened = fixture.proxy().linksOpened();
        fixture.proxy().resetAll();

        assertThat(look().status()).isEqualTo(HealthStatus.UP);
        assertThat(fixture.proxy().linksOpened()).isEqualTo(opened + 1);
    }

    @Test
    void aLookAfterTheEndMustSayThatItIsClosed() {
        ReactiveSessions closed =
                PostgresSessions.builder().url(database.r2dbcUrl()).build();
        look(closed);
        closed.close().block(ServerFixture.PATIENCE);

        assertThat(look(closed)).satisfies(report -> {
            assertThat(report.status()).isEqualTo(HealthStatus.DOWN);
            assertThat(report.reason()).startsWith("these sessions were closed at ");
        });
    }
}
