package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.error.TransactionTimeoutException;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.ServerCensus;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TimeLimits;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.subscriber.TestSubscriber;

/** Who gets nowhere for too long is ended, on the server as well. */
@ExtendWith(PostgresExtension.class)
@Timeout(120)
class EndAfterIT {

    private static final String SLEEP = "SELECT pg_sleep(600)";
    private static final TransactionOptions REPORT =
            TransactionOptions.defaults().named("report");

    private final TestDatabase database;
    private final ServerFixture fixture;
    private final ReactiveSessions sessions;

    EndAfterIT(TestDatabase database) {
        this.database = database;
        this.fixture = ServerFixture.with(
                database,
                builder -> builder.limits(new TimeLimits(ServerFixture.PATIENCE, ServerFixture.PATIENCE))
                        .tuneWatch(watch -> watch.endAfter(LifePhase.ACTIVE, Duration.ofSeconds(1))));
        this.sessions = fixture.sessions();
        fixture.run("DROP TABLE IF EXISTS item");
        fixture.run("CREATE TABLE item (id int PRIMARY KEY)");
    }

    @AfterEach
    void leaveNothingBehind() {
        fixture.close();
    }

    private int backend() {
        return sessions.withTransaction(
                        session -> session.sql("SELECT pg_backend_pid()").one(row -> row.get(0, Integer.class)))
                .blockOptional(ServerFixture.PATIENCE)
                .orElseThrow();
    }

    private void assertNothingIsLeft() {
        fixture.quiesce();
        assertThat(sessions.poolStatus().acquired()).isZero();
        assertThat(sessions.activeSessions()).isEmpty();
        assertThat(fixture.number("SELECT count(*) FROM item")).isZero();
        assertThat(ServerCensus.of(database).sessions())
                .noneMatch(session ->
                        session.state().equals("active") && session.query().contains(SLEEP));
    }

    @Test
    void aStatementThatRunsOnMustBeCancelledOnTheServer() {
        int before = backend();
        Mono<Long> report = sessions.withTransaction(
                REPORT,
                session -> session.sql("INSERT INTO item VALUES (1)")
                        .rowsUpdated()
                        .then(session.sql(SLEEP).rowsUpdated()));

        assertThatThrownBy(() -> report.block(ServerFixture.PATIENCE))
                .isInstanceOfSatisfying(
                        TransactionTimeoutException.class,
                        ended -> assertThat(ended.outcome()).isEqualTo(TransactionOutcome.ROLLED_BACK))
                .hasMessageStartingWith("report: ended by the watch, because it was in ACTIVE for longer than 1000 ms")
                .hasMessageContaining("it was running: " + SLEEP);
        assertNothingIsLeft();
        assertThat(fixture.proxy().cancelRequests()).isPositive();
        assertThat(backend()).isEqualTo(before);
        assertThat(sessions.statistics().sinceStart().timeouts()).isEqualTo(1);
    }

    @Test
    void aFluxThatNobodyConsumesMustBeEnded() {
        int before = backend();
        TestSubscriber<Integer> subscriber =
                TestSubscriber.builder().initialRequest(0).build();
        sessions.<Integer>withTransactionMany(
                        REPORT,
                        session -> session.sql("INSERT INTO item VALUES (2)")
                                .rowsUpdated()
                                .thenMany(session.sql("SELECT g FROM generate_series(1, 2000) g")
                                        .all(row -> row.get(0, Integer.class))))
                .subscribe(subscriber);
        subscriber.block(ServerFixture.PATIENCE);

        assertThat(subscriber.expectTerminalError())
                .isInstanceOf(TransactionTimeoutException.class)
                .hasMessageStartingWith("report: ended by the watch");
        assertThat(subscriber.getReceivedOnNext()).isEmpty();
        assertNothingIsLeft();
        assertThat(backend()).isEqualTo(before);
    }

    @Test
    void aConnectionThatNobodyClosesMustBeTakenBack() {
        Connection lent = Objects.requireNonNull(
                Mono.from(sessions.connectionFactory().create()).block(ServerFixture.PATIENCE));
        Mono.from(lent.beginTransaction()).block(ServerFixture.PATIENCE);
        assertThat(Flux.from(lent.createStatement("INSERT INTO item VALUES (3)").execute())
                        .concatMap(result -> result.getRowsUpdated())
                        .blockLast(ServerFixture.PATIENCE))
                .isEqualTo(1);

        backend(); // which waits until the only connection is back
        assertNothingIsLeft();
        assertThatThrownBy(() -> Mono.from(lent.commitTransaction()).block(ServerFixture.PATIENCE))
                .isInstanceOf(IllegalStateException.class);
        Mono.from(lent.close()).block(ServerFixture.PATIENCE);
    }

    @Test
    void theSettingMustReachTheSessions() {
        ReactiveSessions configured = PostgresSessions.fromProperties(
                        Map.of("url", database.url(), "pool-size", "1", "watch-end-after", "1s"))
                .build();
        try {
            assertThatThrownBy(() -> configured
                            .withTransaction(REPORT, session -> Mono.never())
                            .block(ServerFixture.PATIENCE))
                    .isInstanceOf(TransactionTimeoutException.class);
        } finally {
            configured.close().block(ServerFixture.PATIENCE);
        }
    }
}
