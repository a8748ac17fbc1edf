package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.QueuedScopes.DEFAULTS;
import static org.reactivesessions.postgres.QueuedScopes.await;
import static org.reactivesessions.postgres.QueuedScopes.awaitError;
import static org.reactivesessions.postgres.QueuedScopes.count;
import static org.reactivesessions.postgres.QueuedScopes.insert;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.Session;
import org.reactivesessions.error.CommitOutcomeUnknownException;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.resilience.ResilienceOptions;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TimeLimits;
import reactor.core.publisher.Mono;

/** Every answer to COMMIT, and none, while another transaction has begun behind it. */
@ExtendWith(PostgresExtension.class)
class OverlapCommitIT {

    private final TestDatabase database;

    OverlapCommitIT(TestDatabase database) {
        this.database = database;
    }

    private QueuedScopes limited(Duration control, Duration commit) {
        return new QueuedScopes(database, builder -> builder.limits(new TimeLimits(control, commit)));
    }

    /** Without parameters: the driver loses the buffers of those it is to send while the connection dies. */
    private static Mono<Long> insertTwo(Session session) {
        return session.sql("INSERT INTO item (id) VALUES (2)").rowsUpdated();
    }

    @Test
    void bothMustCommitWhileTheFirstIsStillUnanswered() {
        try (QueuedScopes scopes = QueuedScopes.on(database)) {
            CompletableFuture<Long> first = scopes.first(DEFAULTS, session -> insert(session, 1));
            CompletableFuture<Long> second = scopes.second(
                    session -> count(session).flatMap(seen -> insert(session, 2).thenReturn(seen)));
            Rule held = scopes.holdCommit();

            scopes.overlap();

            held.awaitHit(ServerFixture.PATIENCE);
            assertThat(scopes.fixture().sessions().poolStatus().acquired()).isEqualTo(1);
            assertThat(scopes.fixture().sessions().poolStatus().pending()).isZero();
            assertThat(first).isNotDone();
            assertThat(second).isNotDone();
            assertThat(scopes.hasEnded("first")).isFalse();

            held.remove();
            assertThat(await(first)).isEqualTo(1);
            assertThat(await(second)).as("what the first has written").isEqualTo(1);
            assertThat(scopes.outcome("first")).isEqualTo(TransactionOutcome.COMMITTED);
            assertThat(scopes.outcome("second")).isEqualTo(TransactionOutcome.COMMITTED);
            assertThat(scopes.rows()).isEqualTo(2);
            assertThat(scopes.fixture().proxy().cancelRequests()).isZero();
        }
    }

    @Test
    void aCommitThatIsRefusedMustLeaveTheOtherWhole() {
        try (QueuedScopes scopes = QueuedScopes.on(database)) {
            scopes.fixture().run("INSERT INTO item (id) VALUES (7)");
            CompletableFuture<Long> first =
                    scopes.first(DEFAULTS, session -> insert(session, 1).then(insert(session, 7)));
            CompletableFuture<Long> second = scopes.second(
                    session -> insert(session, 2).then(insert(session, 3)).then(count(session)));
            scopes.overlap();

            assertThat(((R2dbcException) awaitError(first)).getSqlState()).isEqualTo("23505");
            assertThat(scopes.outcome("first")).isEqualTo(TransactionOutcome.ROLLED_BACK);
            assertThat(await(second)).isEqualTo(3);
            assertThat(scopes.rows()).isEqualTo(3);
            assertThat(scopes.fixture().number("SELECT count(*) FROM item WHERE id = 1"))
                    .isZero();
            assertThat(scopes.fixture().proxy().linksOpened())
                    .as("the connection was kept")
                    .isLessThanOrEqualTo(2);
        }
    }

    @Test
    void aSerializationFailureAtCommitMustLeaveTheOtherWhole() {
        try (QueuedScopes scopes = QueuedScopes.on(database)) {
            scopes.fixture()
                    .run("CREATE OR REPLACE FUNCTION at_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                            + " RAISE EXCEPTION 'planted' USING ERRCODE = '40001'; END $$");
            CompletableFuture<Long> first = scopes.first(
                    DEFAULTS.isolation(IsolationLevel.SERIALIZABLE), session -> insert(session, 1, "fail"));
            CompletableFuture<Long> second = scopes.second(session -> insert(session, 2));
            scopes.overlap();

            assertThat(((R2dbcException) awaitError(first)).getSqlState()).isEqualTo("40001");
            assertThat(await(second)).isEqualTo(1);
            assertThat(scopes.rows()).isEqualTo(1);
        }
    }

    /** A second is longer than the limit for BEGIN, which does not run before COMMIT is answered. */
    @Test
    void aSlowCommitMustBeWaitedForWithoutAnyLimitOfTheOther() {
        try (QueuedScopes scopes = limited(Duration.ofMillis(400), ServerFixture.PATIENCE)) {
            CompletableFuture<Long> first = scopes.first(DEFAULTS, session -> insert(session, 1, "1.0"));
            CompletableFuture<Long> second = scopes.second(session -> insert(session, 2));
            scopes.overlap();

            assertThat(await(second)).isEqualTo(1);
            assertThat(await(first)).isEqualTo(1);
            assertThat(scopes.outcome("first")).isEqualTo(TransactionOutcome.COMMITTED);
            assertThat(scopes.outcome("second")).isEqualTo(TransactionOutcome.COMMITTED);
            assertThat(scopes.fixture().proxy().cancelRequests()).isZero();
        }
    }

    @Test
    void aCommitThatIsNotAnsweredMustEndByItsOwnLimitAndTheOtherWithIt() {
        CircuitBreakerRegistry circuits = CircuitBreakerRegistry.ofDefaults();
        try (QueuedScopes scopes = new QueuedScopes(
                database,
                builder -> builder.limits(new TimeLimits(ServerFixture.PATIENCE, Duration.ofSeconds(1)))
                        .resilience(ResilienceOptions.defaults().circuitBreakers(circuits)))) {
            CompletableFuture<Long> first = scopes.first(DEFAULTS, session -> insert(session, 1));
            CompletableFuture<Long> second = scopes.second(session -> insert(session, 2));
            Rule held = scopes.holdCommit();
            scopes.overlap();

            assertThat(awaitError(first)).isInstanceOf(CommitOutcomeUnknownException.class);
            assertThat(awaitError(second)).isInstanceOf(DatabaseUnavailableException.class);
            assertThat(held.hits()).isEqualTo(1);
            held.remove();
            assertThat(scopes.outcome("first")).isEqualTo(TransactionOutcome.IN_DOUBT);
            assertThat(scopes.outcome("second")).isEqualTo(TransactionOutcome.NOT_STARTED);
            assertThat(circuits.getAllCircuitBreakers())
                    .extracting(CircuitBreaker::getMetrics)
                    .extracting(CircuitBreaker.Metrics::getNumberOfFailedCalls)
                    .as("faults")
                    .containsExactly(1);

            scopes.mustServe();
            assertThat(scopes.rows()).as("in doubt, and durable").isEqualTo(1);
        }
    }

    @Test
    void aBackendThatDiesAtCommitMustMakeOneDoubtfulAndTheOtherNotStarted() {
        try (QueuedScopes scopes = QueuedScopes.on(database)) {
            CompletableFuture<Long> first = scopes.first(DEFAULTS, session -> insert(session, 1, "kill"));
            CompletableFuture<Long> second = scopes.second(OverlapCommitIT::insertTwo);
            scopes.overlap();

            assertThat(awaitError(first)).isInstanceOf(CommitOutcomeUnknownException.class);
            assertThat(awaitError(second)).isInstanceOf(DatabaseUnavailableException.class);
            assertThat(scopes.outcome("first")).isEqualTo(TransactionOutcome.IN_DOUBT);
            assertThat(scopes.outcome("second")).isEqualTo(TransactionOutcome.NOT_STARTED);
            scopes.mustServe();
            assertThat(scopes.rows()).isZero();
        }
    }

    @Test
    void aConnectionThatIsCutAtTheAnswerMustMakeOneDoubtfulAndTheOtherNotStarted() {
        try (QueuedScopes scopes = QueuedScopes.on(database)) {
            CompletableFuture<Long> first = scopes.first(DEFAULTS, session -> insert(session, 1));
            CompletableFuture<Long> second = scopes.second(OverlapCommitIT::insertTwo);
            Rule cut = scopes.fixture()
                    .proxy()
                    .reset(FrameMatch.fromServer('C').answering("^COMMIT").nth(1));
            scopes.letFirstCommit();

            assertThat(awaitError(first)).isInstanceOf(CommitOutcomeUnknownException.class);
            assertThat(awaitError(second)).isInstanceOf(DatabaseUnavailableException.class);
            cut.awaitHit(ServerFixture.PATIENCE).remove();
            assertThat(scopes.outcome("second")).isEqualTo(TransactionOutcome.NOT_STARTED);
            scopes.mustServe();
            assertThat(scopes.rows()).isEqualTo(1);
        }
    }

    @Test
    void aBeginThatFailsBehindCommitMustBeTheOthersAlone() {
        try (QueuedScopes scopes = QueuedScopes.on(database)) {
            CompletableFuture<Long> first = scopes.first(DEFAULTS, session -> insert(session, 1));
            CompletableFuture<Long> second =
                    scopes.second(DEFAULTS.setting("no_such_setting", "1"), session -> insert(session, 2));
            CompletableFuture<Long> third = scopes.transaction(DEFAULTS, session -> insert(session, 3));
            scopes.letFirstCommit();

            assertThat(await(first)).isEqualTo(1);
            assertThat(((R2dbcException) awaitError(second)).getSqlState()).isEqualTo("42704");
            assertThat(scopes.outcome("second")).isEqualTo(TransactionOutcome.NOT_STARTED);
            assertThat(await(third)).isEqualTo(1);
            assertThat(scopes.rows()).isEqualTo(2);
        }
    }

    @Test
    void aCloseOfTheSessionsMustWaitForBoth() {
        try (QueuedScopes scopes = QueuedScopes.on(database)) {
            CompletableFuture<Long> first = scopes.first(DEFAULTS, session -> insert(session, 1));
            CompletableFuture<Long> second = scopes.second(session -> insert(session, 2));
            Rule held = scopes.holdCommit();
            scopes.overlap();

            CompletableFuture<Void> closed = scopes.fixture().sessions().close().toFuture();
            held.awaitHit(ServerFixture.PATIENCE);
            assertThat(closed).isNotDone();
            assertThat(scopes.fixture().sessions().poolStatus().allocated()).isEqualTo(1);

            held.remove();
            await(closed);
            assertThat(await(first)).isEqualTo(1);
            assertThat(await(second)).isEqualTo(1);
            assertThat(scopes.rows()).isEqualTo(2);
        }
    }
}
