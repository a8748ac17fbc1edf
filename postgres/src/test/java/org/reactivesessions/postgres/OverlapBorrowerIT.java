package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.QueuedScopes.DEFAULTS;
import static org.reactivesessions.postgres.QueuedScopes.await;
import static org.reactivesessions.postgres.QueuedScopes.awaitError;
import static org.reactivesessions.postgres.QueuedScopes.insert;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.error.TransactionTimeoutException;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * What becomes of the transaction behind a COMMIT whose answer is held: whoever waits for it hears its end at once, what it
 * sends waits, and the COMMIT in front of it gets its answer.
 */
@ExtendWith(PostgresExtension.class)
class OverlapBorrowerIT {

    private static final Duration SHORT = Duration.ofSeconds(1);

    private final QueuedScopes scopes;
    private final Rule held;
    private final Rule rollback;
    private final CompletableFuture<Long> first;

    OverlapBorrowerIT(TestDatabase database, TestInfo test) {
        scopes = new QueuedScopes(database, builder -> builder.pool(pool(test)));
        scopes.fixture()
                .sessions()
                .withSession(session -> session.sql("SELECT 1").execute())
                .retry() // the connection need not be opened within the short limit
                .block(ServerFixture.PATIENCE);
        first = scopes.first(DEFAULTS, session -> insert(session, 1));
        held = scopes.holdCommit();
        rollback = scopes.fixture().proxy().watch(FrameMatch.fromClient('Q').sql("^ROLLBACK$"));
    }

    private static PoolOptions pool(TestInfo test) {
        PoolOptions roomy = ServerFixture.roomyPool(1);
        return test.getTags().contains("short") ? roomy.createTimeout(SHORT).acquireTimeout(SHORT) : roomy;
    }

    @AfterEach
    void leaveNothingBehind() {
        held.remove();
        scopes.close();
    }

    private void finishFirst() {
        assertThat(rollback.hits()).as("before COMMIT is answered").isZero();
        assertThat(scopes.fixture().proxy().cancelRequests()).isZero();
        assertThat(first).isNotDone();
        CompletableFuture<Void> quiet = scopes.fixture().sessions().quiesced().toFuture();
        assertThat(quiet).as("its clean-up waits").isNotDone();

        held.remove();

        assertThat(await(first)).isEqualTo(1);
        await(quiet);
        assertThat(scopes.outcome("first")).isEqualTo(TransactionOutcome.COMMITTED);
        assertThat(rollback.hits()).isEqualTo(1);
        assertThat(scopes.fixture().sessions().poolStatus().allocated()).isEqualTo(1);
        assertThat(scopes.rows()).isEqualTo(1);
    }

    @Test
    void aTimeoutMustBeHeardAtOnce() {
        CompletableFuture<Long> second = scopes.second(DEFAULTS.timeout(SHORT), session -> insert(session, 2));
        scopes.overlap();
        held.awaitHit(ServerFixture.PATIENCE);

        assertThat(awaitError(second)).isInstanceOf(TransactionTimeoutException.class);
        finishFirst();
    }

    @Test
    @Tag("short")
    void theLimitForAConnectionMustGoOn() {
        CompletableFuture<Long> second = scopes.second(session -> insert(session, 2));
        scopes.overlap();
        held.awaitHit(ServerFixture.PATIENCE);

        assertThat(awaitError(second))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("no connection within 1000 ms");
        finishFirst();
    }

    @Test
    void aCancelMustSendNothingBeforeTheAnswer() {
        Disposable second = scopes.fixture()
                .sessions()
                .withTransaction(DEFAULTS.named("second"), session -> insert(session, 2))
                .subscribe();
        scopes.overlap();
        held.awaitHit(ServerFixture.PATIENCE);

        second.dispose();
        finishFirst();
    }

    @Test
    void aStatementThatRunsOnMustBeCancelledOnTheServerOnlyBehindTheAnswer() {
        Disposable second = scopes.fixture()
                .sessions()
                .withTransaction(
                        DEFAULTS.named("second"),
                        session -> session.sql("SELECT pg_sleep(600)").execute())
                .subscribe();
        Rule sleep = scopes.fixture().proxy().watch(FrameMatch.fromClient('Q').sql("pg_sleep"));
        scopes.overlap();
        held.awaitHit(ServerFixture.PATIENCE);
        sleep.awaitHit(ServerFixture.PATIENCE);

        second.dispose();
        finishFirst();
        assertThat(scopes.fixture().proxy().cancelRequests()).isPositive();
    }

    @Test
    void anErrorOfTheFunctionMustWaitForTheAnswer() {
        CompletableFuture<Long> second = scopes.second(session -> Mono.error(new IllegalStateException("mine")));
        scopes.overlap();
        held.awaitHit(ServerFixture.PATIENCE);

        held.remove();

        assertThat(awaitError(second)).hasMessage("mine");
        assertThat(await(first)).isEqualTo(1);
        assertThat(scopes.outcome("second")).isEqualTo(TransactionOutcome.ROLLED_BACK);
    }
}
