package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.QueuedScopes.DEFAULTS;
import static org.reactivesessions.postgres.QueuedScopes.await;
import static org.reactivesessions.postgres.QueuedScopes.count;

import io.r2dbc.spi.IsolationLevel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.error.CommitOutcomeUnknownException;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TimeLimits;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Mono;
import reactor.test.subscriber.TestSubscriber;

/** What a transaction that has only read gives its subscriber while the answer to its COMMIT is held. */
@ExtendWith(PostgresExtension.class)
class EarlyValueIT {

    private static final TransactionOptions READ_ONLY = DEFAULTS.named("first").readOnly();

    private final QueuedScopes scopes;

    EarlyValueIT(TestDatabase database) {
        scopes = new QueuedScopes(
                database, builder -> builder.limits(new TimeLimits(ServerFixture.PATIENCE, Duration.ofSeconds(2))));
        scopes.fixture().run("INSERT INTO item (id) VALUES (1), (2), (3)");
    }

    @AfterEach
    void leaveNothingBehind() {
        scopes.close();
    }

    @Test
    void theValueMustComeBeforeTheAnswerAndTheEventBehindIt() {
        Rule held = scopes.holdCommit();

        assertThat(await(scopes.transaction(READ_ONLY, QueuedScopes::count))).isEqualTo(3);

        held.awaitHit(ServerFixture.PATIENCE);
        assertThat(scopes.hasEnded("first")).isFalse();
        CompletableFuture<Void> quiet = scopes.fixture().sessions().quiesced().toFuture();
        assertThat(quiet).isNotDone();
        assertThat(scopes.fixture().sessions().poolStatus().acquired()).isEqualTo(1);

        held.remove();
        await(quiet);
        assertThat(scopes.outcome("first")).isEqualTo(TransactionOutcome.COMMITTED);
        assertThat(scopes.fixture().sessions().poolStatus().acquired()).isZero();
    }

    @Test
    void aStreamMustCompleteBeforeTheAnswer() {
        Rule held = scopes.holdCommit();

        assertThat(await(scopes.fixture()
                        .sessions()
                        .withTransactionMany(
                                READ_ONLY,
                                session -> session.sql("SELECT id FROM item ORDER BY id")
                                        .all(row -> row.get(0, Integer.class)))
                        .collectList()
                        .toFuture()))
                .isEqualTo(List.of(1, 2, 3));

        held.awaitHit(ServerFixture.PATIENCE);
        assertThat(scopes.hasEnded("first")).isFalse();
        held.remove();
    }

    @Test
    void theValueMustWaitForDemandAndMayBeCancelled() {
        Rule held = scopes.holdCommit();
        TestSubscriber<Long> asking = TestSubscriber.builder().initialRequest(0).build();
        scopes.fixture()
                .sessions()
                .withTransaction(READ_ONLY, QueuedScopes::count)
                .subscribe(asking);
        held.awaitHit(ServerFixture.PATIENCE);
        assertThat(asking.getReceivedOnNext()).isEmpty();
        asking.request(1);
        asking.block(ServerFixture.PATIENCE);
        assertThat(asking.getReceivedOnNext()).containsExactly(3L);
        asking.cancel();

        held.remove();
        scopes.fixture().quiesce();
        assertThat(scopes.outcome("first")).isEqualTo(TransactionOutcome.COMMITTED);
    }

    @Test
    void theNextMustBeServedOnTheSameConnection() {
        CompletableFuture<Long> first = scopes.first(DEFAULTS.readOnly(), QueuedScopes::count);
        CompletableFuture<Long> second = scopes.second(DEFAULTS.readOnly(), QueuedScopes::count);
        Rule held = scopes.holdCommit();
        scopes.overlap();

        assertThat(await(first)).isEqualTo(3);
        held.awaitHit(ServerFixture.PATIENCE);
        assertThat(second).isNotDone();
        held.remove();

        assertThat(await(second)).isEqualTo(3);
    }

    /** The rows were right; what the answer would have said, only the listener hears. */
    @Test
    void anAnswerThatDoesNotComeMustBeTheListenersAlone() {
        Rule held = scopes.holdCommit();

        assertThat(await(scopes.transaction(READ_ONLY, QueuedScopes::count))).isEqualTo(3);
        scopes.fixture().quiesce();

        assertThat(held.hits()).isEqualTo(1);
        held.remove();
        assertThat(scopes.outcome("first")).isEqualTo(TransactionOutcome.IN_DOUBT);
        assertThat(scopes.event("first").error()).isInstanceOf(CommitOutcomeUnknownException.class);
        scopes.mustServe();
    }

    private void mustWait(TransactionOptions options) {
        Rule held = scopes.holdCommit();
        CompletableFuture<Long> value = scopes.transaction(options, QueuedScopes::count);
        held.awaitHit(ServerFixture.PATIENCE);
        assertThat(value).isNotDone();
        held.remove();
        assertThat(await(value)).isEqualTo(3);
    }

    @Test
    void aSerializableTransactionMustWait() {
        mustWait(READ_ONLY.isolation(IsolationLevel.SERIALIZABLE));
    }

    /** What the role says counts where the options say nothing. */
    @Test
    void aDefaultOfTheRoleThatIsSerializableMustWait(TestDatabase database) {
        String alter = "ALTER DATABASE \"" + database.database() + "\" ";
        scopes.fixture().run(alter + "SET default_transaction_isolation = 'serializable'");
        try (QueuedScopes serializable = QueuedScopes.on(database)) {
            Rule held = serializable.holdCommit();
            CompletableFuture<Long> value = serializable.transaction(READ_ONLY, QueuedScopes::count);
            held.awaitHit(ServerFixture.PATIENCE);
            assertThat(value).isNotDone();
            held.remove();
            assertThat(await(value)).isZero();
        } finally {
            scopes.fixture().run(alter + "RESET default_transaction_isolation");
        }
    }

    @Test
    void whatMayWriteMustWait() {
        mustWait(DEFAULTS);
    }

    @Test
    void whoHasAHookMustWait() {
        Rule held = scopes.holdCommit();
        CompletableFuture<Long> value = scopes.transaction(READ_ONLY, session -> {
            session.afterCommit(Mono::empty);
            return count(session);
        });
        held.awaitHit(ServerFixture.PATIENCE);
        assertThat(value).isNotDone();
        held.remove();
        assertThat(await(value)).isEqualTo(3);
    }
}
