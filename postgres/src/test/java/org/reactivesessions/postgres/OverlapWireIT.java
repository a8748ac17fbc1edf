package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.QueuedScopes.DEFAULTS;
import static org.reactivesessions.postgres.QueuedScopes.await;
import static org.reactivesessions.postgres.QueuedScopes.count;
import static org.reactivesessions.postgres.QueuedScopes.insert;

import io.r2dbc.spi.IsolationLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.Session;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.RoundTrips;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Mono;

/** What is on the wire behind a COMMIT that is not answered, and how many round trips that saves. */
@ExtendWith(PostgresExtension.class)
class OverlapWireIT {

    private static final int QUEUED = 20;

    private final TestDatabase database;

    OverlapWireIT(TestDatabase database) {
        this.database = database;
    }

    /** Flights of the one connection for a first transaction and those that wait for it, from the first one's COMMIT on. */
    private static long flights(QueuedScopes scopes, TransactionOptions options, Function<Session, Mono<Long>> work) {
        List<CompletableFuture<Long>> all = new ArrayList<>();
        all.add(scopes.first(options, work));
        for (int i = 0; i < QUEUED; i++) {
            all.add(scopes.transaction(options, work));
        }
        assertThat(scopes.fixture().sessions().poolStatus().pending()).isEqualTo(QUEUED);
        try (RoundTrips count = scopes.fixture().proxy().countRoundTrips()) {
            scopes.letFirstCommit();
            all.forEach(QueuedScopes::await);
            scopes.fixture().quiesce();
            return count.perLink().get(0).flights();
        }
    }

    private QueuedScopes scopes(boolean overlap) {
        return new QueuedScopes(
                database,
                builder ->
                        builder.overlap(overlap).pool(ServerFixture.roomyPool(1).maxPending(QUEUED)));
    }

    /** One for each, and one for the last COMMIT, behind which nobody comes. */
    @Test
    void aReadOnlyTransactionInAQueueMustCostItsExchanges() {
        try (QueuedScopes scopes = scopes(true)) {
            assertThat(flights(scopes, DEFAULTS.readOnly(), QueuedScopes::count))
                    .isEqualTo(QUEUED + 1);
            assertThat(scopes.overlaps()).isEqualTo(QUEUED);
        }
    }

    @Test
    void aWritingTransactionInAQueueMustCostItsExchanges() {
        try (QueuedScopes scopes = scopes(true)) {
            Function<Session, Mono<Long>> work =
                    session -> count(session).flatMap(rows -> insert(session, Math.toIntExact(rows)));
            assertThat(flights(scopes, DEFAULTS, work)).isEqualTo(2 * QUEUED + 1);
            assertThat(scopes.rows()).isEqualTo(QUEUED + 1);
        }
    }

    @Test
    void withoutOverlapEachMustCostOneMore() {
        try (QueuedScopes scopes = scopes(false)) {
            assertThat(flights(scopes, DEFAULTS.readOnly(), QueuedScopes::count))
                    .isEqualTo(2 * QUEUED + 1);
            assertThat(scopes.overlaps()).isZero();
        }
    }

    /** Watched while COMMIT is held, so that both are there before its answer. */
    private void mustBeBehind(TransactionOptions options, String begin) {
        try (QueuedScopes scopes = scopes(true)) {
            CompletableFuture<Long> first = scopes.first(DEFAULTS, session -> insert(session, 1));
            CompletableFuture<Long> second = scopes.second(options, QueuedScopes::count);
            Rule held = scopes.holdCommit();
            Rule begun =
                    scopes.fixture().proxy().watch(FrameMatch.fromClient('Q').sql("^" + begin + "$"));
            Rule counted =
                    scopes.fixture().proxy().watch(FrameMatch.fromClient('Q').sql("^SELECT count"));

            scopes.letFirstCommit();
            begun.awaitHit(ServerFixture.PATIENCE);
            counted.awaitHit(ServerFixture.PATIENCE);
            held.awaitHit(ServerFixture.PATIENCE);
            assertThat(first).isNotDone();
            assertThat(second).isNotDone();

            held.remove();
            assertThat(await(first)).isEqualTo(1);
            assertThat(await(second)).as("its snapshot is taken behind COMMIT").isEqualTo(1);
        }
    }

    @Test
    void atReadCommittedBeginMustAskWhetherItIsItsOwn() {
        mustBeBehind(
                DEFAULTS,
                "BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE, NOT DEFERRABLE;"
                        + " SELECT pg_catalog\\.transaction_timestamp\\(\\) OPERATOR\\(pg_catalog\\.=\\)"
                        + " pg_catalog\\.statement_timestamp\\(\\)");
        mustBeBehind(
                DEFAULTS.readOnly().setting("app.tenant", "7"),
                "BEGIN ISOLATION LEVEL READ COMMITTED, READ ONLY, NOT DEFERRABLE; SET LOCAL .*;"
                        + " SELECT pg_catalog\\.transaction_timestamp\\(\\) OPERATOR\\(pg_catalog\\.=\\)"
                        + " pg_catalog\\.statement_timestamp\\(\\)");
    }

    /** The question would take the snapshot. */
    @Test
    void aboveReadCommittedBeginMustAskNothing() {
        mustBeBehind(
                DEFAULTS.isolation(IsolationLevel.REPEATABLE_READ),
                "BEGIN ISOLATION LEVEL REPEATABLE READ, READ WRITE, NOT DEFERRABLE");
        mustBeBehind(
                DEFAULTS.isolation(IsolationLevel.SERIALIZABLE).readOnly().deferrable(),
                "BEGIN ISOLATION LEVEL SERIALIZABLE, READ ONLY, DEFERRABLE");
    }

    @Test
    void withoutOverlapNothingMustBeSentBeforeTheAnswer() {
        try (QueuedScopes scopes = scopes(false)) {
            CompletableFuture<Long> first = scopes.first(DEFAULTS.readOnly(), QueuedScopes::count);
            CompletableFuture<Long> second = scopes.second(QueuedScopes::count);
            Rule held = scopes.holdCommit();

            scopes.letFirstCommit();
            held.awaitHit(ServerFixture.PATIENCE);
            assertThat(first).isNotDone();
            assertThat(scopes.fixture().sessions().poolStatus().pending()).isEqualTo(1);
            held.remove();

            assertThat(await(first)).isZero();
            assertThat(await(second)).isZero();
            assertThat(scopes.overlaps()).isZero();
        }
    }
}
