package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.QueuedScopes.DEFAULTS;
import static org.reactivesessions.postgres.QueuedScopes.await;
import static org.reactivesessions.postgres.QueuedScopes.count;
import static org.reactivesessions.postgres.QueuedScopes.insert;

import io.r2dbc.spi.Connection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.Propagation;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Who is given a connection whose COMMIT is not answered, and who must not be. */
@ExtendWith(PostgresExtension.class)
class OverlapWaitersIT {

    private final TestDatabase database;

    OverlapWaitersIT(TestDatabase database) {
        this.database = database;
    }

    private static void mustWait(QueuedScopes scopes, int callers) {
        // They come from other threads, so they are given the time to come.
        long end = System.nanoTime() + ServerFixture.PATIENCE.toNanos();
        while (scopes.fixture().sessions().poolStatus().pending() != callers && System.nanoTime() - end < 0) {
            ServerFixture.pause();
        }
        assertThat(scopes.fixture().sessions().poolStatus().pending()).isEqualTo(callers);
    }

    /**
     * COMMIT waits for a lock of a transaction that waits for a second connection. Were it given the one of that COMMIT, both would
     * wait for ever, and the server could not see it.
     */
    @Test
    void aTransactionThatHoldsAnotherConnectionMustNotBeGivenOne() {
        try (QueuedScopes scopes = new QueuedScopes(database, builder -> builder.pool(ServerFixture.roomyPool(3)))) {
            scopes.fixture().run("INSERT INTO parent VALUES (1)");
            Sinks.Empty<Void> bystanderMayEnd = Sinks.empty();
            Sinks.Empty<Void> locked = Sinks.empty();
            Sinks.Empty<Void> bystanderWorks = Sinks.empty();
            CompletableFuture<Long> bystander = scopes.transaction(
                    DEFAULTS.named("bystander"),
                    session -> count(session)
                            .doOnNext(seen -> bystanderWorks.tryEmitEmpty())
                            .delayUntil(seen -> bystanderMayEnd.asMono()));
            CompletableFuture<Long> first = scopes.first(
                    DEFAULTS,
                    session -> session.sql("INSERT INTO item (id, parent) VALUES (1, 1)")
                            .rowsUpdated());
            Sinks.Empty<Void> second = Sinks.empty();
            CompletableFuture<Long> holding = scopes.transaction(
                    DEFAULTS.named("holding"),
                    session -> session.sql("SELECT id FROM parent FOR UPDATE")
                            .one(row -> row.get(0, Integer.class))
                            .doOnNext(seen -> locked.tryEmitEmpty())
                            .then(second.asMono())
                            .then(scopes.fixture()
                                    .sessions()
                                    .withTransaction(
                                            DEFAULTS.propagation(Propagation.REQUIRES_NEW),
                                            inner -> insert(inner, 2))));
            bystanderWorks.asMono().block(ServerFixture.PATIENCE);
            locked.asMono().block(ServerFixture.PATIENCE);
            second.tryEmitEmpty();
            mustWait(scopes, 1);

            scopes.letFirstCommit();
            awaitLockWait(scopes);
            mustWait(scopes, 1);
            assertThat(first).isNotDone();
            bystanderMayEnd.tryEmitEmpty();

            assertThat(await(holding)).isEqualTo(1);
            assertThat(await(first)).isEqualTo(1);
            assertThat(await(bystander)).isZero();
            assertThat(scopes.overlaps()).isZero();
            assertThat(scopes.rows()).isEqualTo(2);
        }
    }

    /** Until the server says that COMMIT waits for the lock. */
    private static void awaitLockWait(QueuedScopes scopes) {
        long end = System.nanoTime() + ServerFixture.PATIENCE.toNanos();
        String waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND wait_event_type = 'Lock' AND query = 'COMMIT'";
        while (scopes.fixture().number(waiting) == 0 && System.nanoTime() - end < 0) {
            ServerFixture.pause();
        }
        assertThat(scopes.fixture().number(waiting))
                .as("COMMITs that wait for a lock")
                .isEqualTo(1);
    }

    @Test
    void aSessionMustNotBeGivenOneAndNobodyMustOvertakeIt() {
        try (QueuedScopes scopes = QueuedScopes.on(database)) {
            List<String> order = Collections.synchronizedList(new ArrayList<>());
            CompletableFuture<Long> first = scopes.first(DEFAULTS, session -> insert(session, 1));
            CompletableFuture<Long> session = scopes.fixture()
                    .sessions()
                    .withSession(alone -> count(alone).doOnNext(seen -> order.add("session")))
                    .toFuture();
            CompletableFuture<Long> transaction =
                    scopes.transaction(DEFAULTS, inside -> count(inside).doOnNext(seen -> order.add("transaction")));
            mustWait(scopes, 2);
            Rule held = scopes.holdCommit();

            scopes.letFirstCommit();
            held.awaitHit(ServerFixture.PATIENCE);
            mustWait(scopes, 2);
            held.remove();

            assertThat(await(first)).isEqualTo(1);
            assertThat(await(session)).isEqualTo(1);
            assertThat(await(transaction)).isEqualTo(1);
            assertThat(order).containsExactly("session", "transaction");
            assertThat(scopes.overlaps()).isZero();
        }
    }

    /** However many transactions hand the connection on to each other. */
    @Test
    void whoCannotTakeOverMustHaveItsTurnAmongThoseWhoCan() {
        try (QueuedScopes scopes = QueuedScopes.on(database)) {
            List<String> order = Collections.synchronizedList(new ArrayList<>());
            List<CompletableFuture<?>> all = new ArrayList<>();
            all.add(scopes.first(DEFAULTS, session -> insert(session, 1)));
            for (int i = 0; i < 6; i++) {
                String name = (i == 3 ? "session" : "transaction") + i;
                all.add(
                        i == 3
                                ? scopes.fixture()
                                        .sessions()
                                        .withSession(session -> count(session).doOnNext(seen -> order.add(name)))
                                        .toFuture()
                                : scopes.transaction(
                                        DEFAULTS, session -> count(session).doOnNext(seen -> order.add(name))));
            }
            mustWait(scopes, 6);

            scopes.letFirstCommit();
            all.forEach(QueuedScopes::await);

            assertThat(order)
                    .containsExactly(
                            "transaction0", "transaction1", "transaction2", "session3", "transaction4", "transaction5");
            assertThat(scopes.overlaps())
                    .as("all but the one behind the session")
                    .isEqualTo(3 + 1);
        }
    }

    @Test
    void aConnectionThatIsLentMustBeAnswered() {
        try (QueuedScopes scopes = QueuedScopes.on(database)) {
            CompletableFuture<Long> first = scopes.first(DEFAULTS, session -> insert(session, 1));
            CompletableFuture<Boolean> lent = Mono.usingWhen(
                            scopes.fixture().sessions().connectionFactory().create(),
                            connection -> Mono.just(connection.isAutoCommit()),
                            Connection::close)
                    .toFuture();
            mustWait(scopes, 1);
            Rule held = scopes.holdCommit();

            scopes.letFirstCommit();
            held.awaitHit(ServerFixture.PATIENCE);
            mustWait(scopes, 1);
            held.remove();

            assertThat(await(lent)).isTrue();
            assertThat(await(first)).isEqualTo(1);
        }
    }
}
