package org.reactivesessions.postgres.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.Once;
import org.reactivesessions.Session;
import org.reactivesessions.error.AfterCommitException;
import org.reactivesessions.error.TransactionRolledBackException;
import org.reactivesessions.error.TransactionTimeoutException;
import org.reactivesessions.postgres.CommitMarkerSchema;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.testkit.fault.Faults;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.rollback.RollbackOptions;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.ServerCensus;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.sessions.RollbackSessions;
import org.reactivesessions.transaction.Propagation;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A test in one transaction, with reactive sessions. */
@ExtendWith(PostgresExtension.class)
class RollbackSessionsIT {

    private static final TransactionOptions PLAIN = TransactionOptions.defaults();

    private final TestDatabase database;
    private final ServerFixture fixture;
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private RollbackSessions sessions;

    RollbackSessionsIT(TestDatabase database) {
        this.database = database;
        this.fixture = ServerFixture.with(database, builder -> builder.pool(ServerFixture.roomyPool(3)));
        this.sessions = begin(RollbackOptions.defaults());
        end();
    }

    @BeforeEach
    void prepare() {
        fixture.run("""
                CREATE TABLE IF NOT EXISTS item (id INT PRIMARY KEY);
                CREATE TABLE IF NOT EXISTS part (id INT, item INT REFERENCES item DEFERRABLE INITIALLY DEFERRED);
                TRUNCATE item CASCADE""");
        sessions = begin(RollbackOptions.defaults());
    }

    @AfterEach
    void nothingMustBeDurable() {
        end();
        assertThat(fixture.number("SELECT (SELECT count(*) FROM item) + (SELECT count(*) FROM part)"))
                .isZero();
        fixture.close();
    }

    private RollbackSessions begin(RollbackOptions options) {
        return RollbackSessions.begin(fixture.sessions(), options)
                .blockOptional(ServerFixture.PATIENCE)
                .orElseThrow();
    }

    private void end() {
        sessions.end().block(ServerFixture.PATIENCE);
    }

    private static Mono<Long> insert(Session session, int id) {
        return session.sql("INSERT INTO item VALUES ($1)", id).rowsUpdated();
    }

    private Mono<Long> insert(int id) {
        return sessions.withTransaction(session -> insert(session, id));
    }

    private static <T> T run(Mono<T> work) {
        return work.blockOptional(ServerFixture.PATIENCE).orElseThrow();
    }

    private static void act(Mono<?> work) {
        work.block(ServerFixture.PATIENCE);
    }

    private long items() {
        return run(sessions.withSession(
                session -> session.sql("SELECT count(*) FROM item").one(row -> row.get(0, Long.class))));
    }

    private void listen(Session session, String name) {
        session.beforeCommit(() -> Mono.fromRunnable(() -> heard.add(name + " before")));
        session.afterCommit(() -> Mono.fromRunnable(() -> heard.add(name + " committed")));
        session.afterRollback(() -> Mono.fromRunnable(() -> heard.add(name + " rolled back")));
    }

    @Test
    void whatWasCommittedMustBeSeenByTheTestAndByNobodyElse() {
        assertThat(run(insert(1))).isEqualTo(1);
        assertThat(run(sessions.withTransactionMany(session -> insert(session, 2)
                                .thenMany(session.sql("SELECT id FROM item ORDER BY id")
                                        .all(row -> row.get(0, Integer.class))))
                        .collectList()))
                .containsExactly(1, 2);

        assertThat(items()).isEqualTo(2);
        assertThat(fixture.number("SELECT count(*) FROM item")).isZero();
    }

    @Test
    void whatFailedMustBeGoneAndTheRestMustStay() {
        act(insert(1));
        assertThatThrownBy(() -> act(
                        sessions.withTransaction(session -> insert(session, 2).then(insert(session, 1)))))
                .isInstanceOf(R2dbcException.class);
        act(insert(3));

        assertThat(items()).isEqualTo(2);
    }

    @Test
    void everyStatementOfASessionMustStandForItself() {
        act(sessions.withSession(session -> insert(session, 1)
                .then(insert(session, 1).onErrorResume(duplicate -> Mono.empty()))
                .then(session.sql("INSERT INTO item VALUES ($1)")
                        .bind(0, 2)
                        .add()
                        .bind(0, 3)
                        .rowsUpdated())
                .then(session.sql("SELECT id FROM item ORDER BY id")
                        .fetchSize(1)
                        .first(row -> row.get(0, Integer.class)))));
        assertThat(run(sessions.withSessionMany(session ->
                                session.sql("SELECT id FROM item ORDER BY id").all(row -> row.get(0, Integer.class)))
                        .collectList()))
                .containsExactly(1, 2, 3);
        assertThatThrownBy(() -> act(sessions.withSession(session -> session.nested(inner -> insert(inner, 4)))))
                .hasMessageContaining("nested needs a transaction");
    }

    @Test
    void hooksMustRunOnceWhenTheirTransactionEnds() {
        act(sessions.withTransaction(session -> {
            listen(session, "kept");
            return insert(session, 1);
        }));
        assertThat(heard).containsExactly("kept before", "kept committed");
        heard.clear();

        assertThatThrownBy(() -> act(sessions.withTransaction(session -> {
                    listen(session, "undone");
                    return insert(session, 1);
                })))
                .isInstanceOf(R2dbcException.class);
        assertThat(heard).containsExactly("undone rolled back");
        heard.clear();

        end();
        assertThat(heard).as("the end of the test is none of theirs").isEmpty();
        sessions = begin(RollbackOptions.defaults());
    }

    @Test
    void hooksOfNestedAndJoinedScopesMustFollowTheOuterOne() {
        act(sessions.withTransaction(session -> {
            listen(session, "outer");
            return session.nested(inner -> {
                        listen(inner, "nested");
                        return insert(inner, 1);
                    })
                    .then(session.nested(inner -> {
                                listen(inner, "failed");
                                return insert(inner, 1);
                            })
                            .onErrorResume(duplicate -> Mono.empty()))
                    .then(sessions.withTransaction(PLAIN.named("joined"), joined -> {
                        listen(joined, "joined");
                        return insert(joined, 2);
                    }));
        }));

        assertThat(heard)
                .containsExactly(
                        "failed rolled back",
                        "outer before",
                        "nested before",
                        "joined before",
                        "outer committed",
                        "nested committed",
                        "joined committed");
        assertThat(items()).isEqualTo(2);
    }

    @Test
    void aJoinedScopeThatFailsMustKeepTheOuterOneFromCommitting() {
        assertThatThrownBy(() -> act(sessions.withTransaction(session -> insert(session, 1)
                        .then(sessions.withTransaction(
                                PLAIN.named("joined"), joined -> Mono.error(new IllegalStateException("mine"))))
                        .onErrorResume(IllegalStateException.class, mine -> Mono.empty()))))
                .isInstanceOf(TransactionRolledBackException.class)
                .hasMessageContaining("joined");
        assertThat(items()).isZero();
    }

    @Test
    void aHookThatFailsAfterTheCommitMustBeToldAsSuch() {
        assertThatThrownBy(() -> act(sessions.withTransaction(session -> {
                    session.afterCommit(() -> Mono.error(new IllegalStateException("no mail")));
                    return insert(session, 1);
                })))
                .isInstanceOf(AfterCommitException.class)
                .hasMessageContaining("no mail");
        assertThat(items()).isEqualTo(1);
    }

    @Test
    void aHookMustBeAbleToBeginATransactionOfItsOwn() {
        act(sessions.withTransaction(session -> {
            session.afterCommit(() -> insert(2));
            return insert(session, 1);
        }));
        assertThatThrownBy(() -> act(sessions.withTransaction(session -> {
                    session.afterRollback(() -> insert(3));
                    return insert(session, 1);
                })))
                .isInstanceOf(R2dbcException.class);
        assertThat(items()).isEqualTo(3);
    }

    @Test
    void whoCancelsMustFindHisWorkUndone() {
        Sinks.Empty<Void> inserted = Sinks.empty();
        Disposable caller = sessions.withTransaction(session -> {
                    listen(session, "cancelled");
                    return insert(session, 1)
                            .doOnNext(row -> inserted.tryEmitEmpty())
                            .then(Mono.never());
                })
                .subscribe();
        inserted.asMono().block(ServerFixture.PATIENCE);
        caller.dispose();
        act(sessions.quiesced());

        assertThat(heard).containsExactly("cancelled rolled back");
        act(insert(2));
        assertThat(items()).isEqualTo(1);
    }

    @Test
    void aCancelThatComesTooLateMustFindTheWorkKeptAndItsHooksRun() {
        Rule kept = fixture.proxy()
                .hold(FrameMatch.fromServer('C')
                        .answering("^RELEASE")
                        .nth(2)); // the first ends the look at constraints
        Disposable caller = sessions.withTransaction(session -> {
                    listen(session, "late");
                    return insert(session, 1);
                })
                .subscribe();
        kept.awaitHit(ServerFixture.PATIENCE);
        caller.dispose();
        kept.release();
        act(sessions.quiesced());

        assertThat(heard).containsExactly("late before", "late committed");
        assertThat(items()).isEqualTo(1);
    }

    @Test
    void aTimeLimitMustBeToldAtOnceAndUndone() {
        assertThatThrownBy(() -> act(sessions.withTransaction(PLAIN.timeout(Duration.ofMillis(300)), session -> {
                    listen(session, "late");
                    return insert(session, 1)
                            .then(session.sql("SELECT pg_sleep(600)").execute());
                })))
                .isInstanceOf(TransactionTimeoutException.class);
        act(sessions.quiesced());

        assertThat(heard).containsExactly("late rolled back");
        assertThat(items()).isZero();
    }

    @Test
    void transactionsSideBySideMustQueue() {
        List<Long> counts = run(Flux.range(1, 6)
                .flatMap(id -> sessions.withTransaction(session -> insert(session, id)
                        .then(session.sql("SELECT count(*) FROM item").one(row -> row.get(0, Long.class)))))
                .collectList());

        assertThat(counts).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L);
    }

    private String text(String query) {
        return run(sessions.withSession(session -> session.sql(query).one(RollbackSessionsIT::first)));
    }

    private String within(TransactionOptions options, String query) {
        return run(
                sessions.withTransaction(options, session -> session.sql(query).one(RollbackSessionsIT::first)));
    }

    private static String first(Readable row) {
        return Objects.requireNonNull(row.get(0, String.class));
    }

    @Test
    void settingsAndLimitsMustEndWithTheTransaction() {
        TransactionOptions asked = PLAIN.setting("app.tenant", "blue")
                .statementTimeout(Duration.ofSeconds(77))
                .lockTimeout(Duration.ofSeconds(5))
                .setting("search_path", "public", "pg_temp");
        String look = "SELECT concat_ws(',', current_setting('app.tenant', true), current_setting('statement_timeout'),"
                + " current_setting('search_path'))";
        String before = text(look);

        assertThat(within(asked, look)).isEqualTo("blue,77s,\"public\", \"pg_temp\"");
        assertThat(text(look)).endsWith(before).doesNotContain("blue");
        act(sessions.withTransaction(
                asked, session -> sessions.withTransaction(asked.named("same"), same -> insert(same, 1))));
        assertThatThrownBy(() -> act(sessions.withTransaction(
                        session -> sessions.withTransaction(asked.named("other"), other -> insert(other, 2)))))
                .hasMessageContaining("other: cannot become part of")
                .hasMessageNotContaining("blue");
    }

    @Test
    void aReadOnlyTransactionMustNotWriteAndTheNextOneMust() {
        assertThatThrownBy(() -> act(sessions.withTransaction(PLAIN.readOnly(), session -> insert(session, 1))))
                .hasMessageContaining("read-only");
        assertThat(within(PLAIN.readOnly(), "SELECT 'read'")).isEqualTo("read");
        act(insert(1));
    }

    @Test
    void deferredConstraintsMustBeCheckedByEachCommit() {
        act(sessions.withTransaction(session ->
                session.sql("INSERT INTO part VALUES (1, 1)").execute().then(insert(session, 1))));
        assertThatThrownBy(() -> act(sessions.withTransaction(session -> {
                    listen(session, "violating");
                    return session.sql("INSERT INTO part VALUES (1, 7)").execute();
                })))
                .isInstanceOf(R2dbcException.class)
                .hasMessageContaining("part_item_fkey");
        assertThat(heard).containsExactly("violating before", "violating rolled back");
        act(sessions.withTransaction(session ->
                session.sql("INSERT INTO part VALUES (2, 2)").execute().then(insert(session, 2))));
    }

    @Test
    void commitsThatAreMadeToFailMustFailHereAsWell() {
        end();
        try (Faults faults = Faults.in(database)) {
            faults.failNextCommits(1, "40001");
            sessions = begin(RollbackOptions.defaults());
            assertThatThrownBy(() -> act(insert(1)))
                    .isInstanceOfSatisfying(
                            R2dbcException.class,
                            error -> assertThat(error.getSqlState()).isEqualTo("40001"));
            act(insert(1));
            assertThat(items()).isEqualTo(1);
            end();
        }
        sessions = begin(RollbackOptions.defaults());
    }

    @Test
    void whatCannotBeHadMustBeRefusedInWords() {
        TransactionOptions beside = PLAIN.named("audit").propagation(Propagation.REQUIRES_NEW);
        act(sessions.withTransaction(beside, session -> insert(session, 1)));
        assertThatThrownBy(() -> act(sessions.withTransaction(
                        session -> sessions.withTransaction(beside, inner -> insert(inner, 2)))))
                .hasMessageContaining("audit: REQUIRES_NEW is a transaction beside \"transaction\"")
                .hasMessageContaining("database of its own");
        assertThatThrownBy(() -> act(sessions.withTransaction(
                        PLAIN.isolation(IsolationLevel.SERIALIZABLE), session -> insert(session, 3))))
                .hasMessageContaining("asks for SERIALIZABLE, but the transaction of the test has READ COMMITTED");
        assertThatThrownBy(() -> act(sessions.withTransaction(
                        PLAIN.propagation(Propagation.MANDATORY), session -> insert(session, 4))))
                .hasMessageContaining("MANDATORY");
        assertThatThrownBy(() -> act(Mono.from(sessions.connectionFactory().create())))
                .isInstanceOf(UnsupportedOperationException.class);
        act(sessions.withTransaction(
                session -> Mono.from(sessions.connectionFactory().create())
                        .flatMapMany(connection -> connection
                                .createStatement("INSERT INTO item VALUES (5)")
                                .execute())
                        .flatMap(result -> result.getRowsUpdated())
                        .then()));
        assertThat(items()).isEqualTo(2);
    }

    @Test
    void anOperationMustBeAppliedOnce() {
        end();
        CommitMarkerSchema.install(fixture.sessions()).block(ServerFixture.PATIENCE);
        sessions = begin(RollbackOptions.defaults());
        assertThat(run(sessions.once("order 1", session -> insert(session, 1)))).isInstanceOf(Once.Applied.class);
        assertThat(run(sessions.once("order 1", session -> insert(session, 1))))
                .isInstanceOf(Once.AlreadyApplied.class);
        assertThat(items()).isEqualTo(1);
    }

    @Test
    void aTransactionThatIsLeftRunningMustEndWithTheTest() {
        List<Throwable> errors = new CopyOnWriteArrayList<>();
        Disposable left = sessions.withTransaction(session -> insert(session, 1)
                        .then(session.sql("SELECT pg_sleep(600)").execute()))
                .subscribe(nothing -> {}, errors::add);
        ServerCensus.await(
                database,
                ServerFixture.PATIENCE,
                census -> census.sessions().stream()
                        .anyMatch(session -> session.state().equals("active")
                                && session.query().contains("pg_sleep")));
        RollbackSessions hung = sessions;
        sessions = begin(RollbackOptions.defaults());
        hung.end().block(ServerFixture.PATIENCE);

        assertThat(fixture.sessions().poolStatus().acquired()).isEqualTo(1);
        assertThatThrownBy(() -> act(hung.withTransaction(session -> insert(session, 2))))
                .hasMessageContaining("the test is over");
        left.dispose();
    }
}
