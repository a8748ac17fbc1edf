package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.QueuedScopes.DEFAULTS;
import static org.reactivesessions.postgres.QueuedScopes.await;
import static org.reactivesessions.postgres.QueuedScopes.awaitError;
import static org.reactivesessions.postgres.QueuedScopes.count;
import static org.reactivesessions.postgres.QueuedScopes.insert;

import io.r2dbc.spi.Result;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.Session;
import org.reactivesessions.error.TransactionRolledBackException;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What a transaction may have done for its connection to be handed over, and what not. */
@ExtendWith(PostgresExtension.class)
class OverlapDirtIT {

    private final QueuedScopes scopes;

    OverlapDirtIT(TestDatabase database) {
        scopes = QueuedScopes.on(database);
        scopes.fixture().run("CREATE OR REPLACE PROCEDURE nothing() LANGUAGE sql AS ''");
    }

    @AfterEach
    void leaveNothingBehind() {
        scopes.close();
    }

    /** Somebody waits all the time; what he begins with says whether he was given an unanswered connection. */
    private void overlapsBehind(int expected, Function<Session, Mono<Long>> work) {
        CompletableFuture<Long> first = scopes.first(DEFAULTS, work);
        CompletableFuture<Long> second = scopes.second(QueuedScopes::count);
        scopes.letFirstCommit();

        assertThat(await(second)).isNotNull();
        await(first.handle((value, error) -> value == null ? 0L : value));
        assertThat(scopes.overlaps()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1",
                "TABLE item",
                "VALUES (1)",
                "WITH w AS (INSERT INTO item (id) VALUES (1) RETURNING id) SELECT * FROM w",
                "INSERT INTO item (id) VALUES (1)",
                "UPDATE item SET id = 2",
                "DELETE FROM item",
                "MERGE INTO item USING parent ON parent.id = item.id WHEN MATCHED THEN DELETE",
                "SELECT id FROM parent FOR UPDATE"
            })
    void aPlainStatementMustNotKeepItsConnection(String sql) {
        overlapsBehind(1, session -> session.sql(sql).execute().thenReturn(1L));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET work_mem = '8MB'",
                "RESET work_mem",
                "SELECT set_config('work_mem', '8MB', false)",
                "DISCARD PLANS",
                "CALL nothing()",
                "DO $$ BEGIN PERFORM 1; END $$",
                "LISTEN news",
                "NOTIFY news",
                "SELECT pg_notify('news', 'x')",
                "SELECT pg_advisory_lock(1), pg_advisory_unlock(1)",
                "PREPARE p AS SELECT 1",
                "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
                "CREATE TEMP TABLE IF NOT EXISTS t (id int)",
                "LOCK TABLE item",
                "TRUNCATE item",
                "EXPLAIN SELECT 1",
                "SELECT 1; SELECT 2"
            })
    void whatMayOutlastTheTransactionMustBeAnswered(String sql) {
        overlapsBehind(0, session -> session.sql(sql).execute().thenReturn(1L));
    }

    @Test
    void aStatementThatWasGivenUpMustBeAnswered() {
        overlapsBehind(
                0,
                session -> session.sql("SELECT generate_series(1, 1000)")
                        .all(row -> row.get(0, Long.class))
                        .next());
    }

    @Test
    void anErrorThatWasSwallowedMustStayAnError() {
        CompletableFuture<Long> first = scopes.first(
                DEFAULTS,
                session -> session.sql("SELECT 1/0").execute().onErrorComplete().then(Mono.just(1L)));
        CompletableFuture<Long> second = scopes.second(session -> insert(session, 2));
        scopes.letFirstCommit();

        assertThat(awaitError(first)).isInstanceOf(TransactionRolledBackException.class);
        assertThat(await(second)).isEqualTo(1);
        assertThat(scopes.overlaps()).isZero();
    }

    /** The driver hands an error out as an element to whoever reads segments. */
    @Test
    void anErrorThatWasReadAsASegmentMustStayAnError() {
        Function<Session, Mono<Long>> swallowing = session -> Flux.from(
                        session.connection().createStatement("SELECT 1/0").execute())
                .concatMap(result -> result.flatMap(segment -> Mono.just(1L)))
                .last();
        CompletableFuture<Long> first = scopes.first(DEFAULTS.readOnly(), swallowing);
        CompletableFuture<Long> second = scopes.second(QueuedScopes::count);
        scopes.letFirstCommit();

        assertThat(awaitError(first)).isInstanceOf(TransactionRolledBackException.class);
        assertThat(await(second)).isZero();
        assertThat(scopes.overlaps()).isZero();
    }

    @Test
    void anErrorThatWasFilteredOutMustStayAnError() {
        CompletableFuture<Long> first = scopes.first(
                DEFAULTS.readOnly(),
                session -> Flux.from(session.connection()
                                .createStatement("SELECT 1/0")
                                .execute())
                        .concatMap(result -> result.filter(segment -> !(segment instanceof Result.Message))
                                .getRowsUpdated())
                        .then(Mono.just(1L)));
        CompletableFuture<Long> second = scopes.second(QueuedScopes::count);
        scopes.letFirstCommit();

        assertThat(awaitError(first)).isInstanceOf(TransactionRolledBackException.class);
        assertThat(await(second)).isZero();
        assertThat(scopes.overlaps()).isZero();
    }

    @Test
    void aNestedScopeThatWasUndoneMustBeAnswered() {
        overlapsBehind(
                0,
                session -> session.nested(inner -> inner.sql("SELECT 1/0").execute())
                        .onErrorComplete()
                        .then(count(session)));
    }

    @Test
    void aNestedScopeThatWasReleasedMustNotKeepItsConnection() {
        overlapsBehind(1, session -> session.nested(inner -> insert(inner, 1)).then(insert(session, 2)));
    }

    /** A guard that somebody took down is found by whoever begins next, who asks, and so must not be behind. */
    @Test
    void aGuardThatWasTakenDownMustBeLookedForFirst() {
        overlapsBehind(
                0,
                session -> session.sql("SELECT set_config('default_transaction_read' || '_only', 'off', false)")
                        .execute()
                        .thenReturn(1L));
        assertThat(scopes.fixture()
                        .sessions()
                        .withSession(session -> session.sql("SHOW default_transaction_read_only")
                                .one(row -> row.get(0, String.class)))
                        .block(ServerFixture.PATIENCE))
                .isEqualTo("on");
    }
}
