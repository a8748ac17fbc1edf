package org.reactivesessions.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.IsolationLevel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.Session;
import org.reactivesessions.error.TooManyRowsException;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.Propagation;
import org.reactivesessions.transaction.TransactionOptions;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The sessions inside a transaction that Spring's own manager, or ours, began and will end. */
@ExtendWith(PostgresExtension.class)
class InsideSpringIT {

    private final Fixture fixture;
    private final SpringSessions sessions;

    InsideSpringIT(TestDatabase database) {
        this.fixture = Fixture.on(database);
        this.sessions = fixture.sessions();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private ReactiveTransactionManager manager(String whose) {
        return whose.equals("spring")
                ? new R2dbcTransactionManager(fixture.pool())
                : new SessionsTransactionManager(sessions);
    }

    private TransactionalOperator around(String whose) {
        return TransactionalOperator.create(manager(whose));
    }

    private static Mono<Long> transaction(Session session) {
        return session.sql("SELECT txid_current()").one(row -> row.get(0, Long.class));
    }

    private static RuntimeException mine() {
        return new IllegalArgumentException("mine");
    }

    @ParameterizedTest
    @ValueSource(strings = {"spring", "ours"})
    void aScopeMustBePartOfIt(String whose) {
        around(whose)
                .transactional(fixture.transaction()
                        .flatMap(own -> sessions.withTransaction(InsideSpringIT::transaction)
                                .map(own::equals)))
                .as(StepVerifier::create)
                .expectNext(true)
                .expectComplete()
                .verify(Fixture.PATIENCE);
        around(whose)
                .transactional(sessions.withTransactionMany(session -> Flux.range(1, 2)
                                .concatMap(id -> session.sql("INSERT INTO item VALUES ($1)", id)
                                        .rowsUpdated()))
                        .then(Mono.error(mine())))
                .as(StepVerifier::create)
                .expectErrorMessage("mine")
                .verify(Fixture.PATIENCE);
        assertThat(fixture.rows()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"spring", "ours"})
    void aNestedScopeMustBeASavepointInIt(String whose) {
        TransactionOptions nested = TransactionOptions.defaults().propagation(Propagation.NESTED);
        Function<Session, Mono<Long>> fails = session ->
                session.sql("INSERT INTO item VALUES (2)").rowsUpdated().then(Mono.error(mine()));
        around(whose)
                .transactional(fixture.insert(1)
                        .then(sessions.withTransaction(nested, fails).onErrorResume(error -> Mono.empty()))
                        .then(sessions.withTransaction(
                                session -> session.nested(fails).onErrorResume(error -> Mono.empty())))
                        .then(sessions.withTransaction(nested, session -> fixture.insert(4))))
                .as(StepVerifier::create)
                .expectNext(1L)
                .expectComplete()
                .verify(Fixture.PATIENCE);
        assertThat(fixture.read("SELECT sum(id) FROM item")).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"spring", "ours"})
    void aNewTransactionMustStandBesideIt(String whose) {
        TransactionOptions own = TransactionOptions.defaults().propagation(Propagation.REQUIRES_NEW);
        around(whose)
                .transactional(fixture.insert(1)
                        .then(sessions.withTransaction(own, session -> fixture.insert(2)))
                        .then(Mono.error(mine())))
                .as(StepVerifier::create)
                .expectErrorMessage("mine")
                .verify(Fixture.PATIENCE);
        assertThat(fixture.read("SELECT sum(id) FROM item")).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"spring", "ours"})
    void aSessionWithoutATransactionMustBePartOfIt(String whose) {
        around(whose)
                .transactional(fixture.transaction()
                        .flatMap(own -> sessions.withSession(InsideSpringIT::transaction)
                                .concatWith(sessions.withSessionMany(InsideSpringIT::transaction))
                                .all(own::equals)))
                .as(StepVerifier::create)
                .expectNext(true)
                .expectComplete()
                .verify(Fixture.PATIENCE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"spring", "ours"})
    void whatItHasNotMustBeRefusedBeforeAnythingIsSent(String whose) {
        DefaultTransactionDefinition readOnly = new DefaultTransactionDefinition();
        readOnly.setReadOnly(true);
        TransactionalOperator reading = TransactionalOperator.create(manager(whose), readOnly);
        reading.transactional(sessions.withTransaction(InsideSpringIT::transaction))
                .as(StepVerifier::create)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("it wants to write, but that one is read-only"))
                .verify(Fixture.PATIENCE);
        List<TransactionOptions> wishes = List.of(
                TransactionOptions.defaults().isolation(IsolationLevel.SERIALIZABLE),
                TransactionOptions.defaults().statementTimeout(Duration.ofSeconds(1)),
                TransactionOptions.defaults().lockTimeout(Duration.ofSeconds(1)),
                TransactionOptions.defaults().idleTimeout(Duration.ofSeconds(1)),
                TransactionOptions.defaults().setting("app.tenant", "hidden"));
        for (TransactionOptions wish : wishes) {
            around(whose)
                    .transactional(sessions.withTransactionMany(wish, InsideSpringIT::transaction))
                    .as(StepVerifier::create)
                    .expectErrorSatisfies(error -> assertThat(error)
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("nothing was sent: it wants")
                            .hasMessageNotContaining("hidden"))
                    .verify(Fixture.PATIENCE);
        }
    }

    @Test
    void hooksMustBecomeSynchronizations() {
        List<String> calls = new CopyOnWriteArrayList<>();
        Function<Session, Mono<Void>> registers = session -> Mono.fromRunnable(() -> {
            session.beforeCommit(() -> Mono.fromRunnable(() -> calls.add("before commit")));
            session.afterCommit(() -> Mono.fromRunnable(() -> calls.add("after commit")));
            session.afterRollback(() -> Mono.fromRunnable(() -> calls.add("after rollback")));
        });
        around("spring").transactional(sessions.withTransaction(registers)).block(Fixture.PATIENCE);
        assertThat(calls).containsExactly("before commit", "after commit");
        calls.clear();
        around("spring")
                .transactional(sessions.withTransaction(registers).then(Mono.error(mine())))
                .as(StepVerifier::create)
                .expectErrorMessage("mine")
                .verify(Fixture.PATIENCE);
        assertThat(calls).containsExactly("after rollback");
    }

    @Test
    void onceMustBeRefusedInATransactionOfSomebodyElse() {
        around("spring")
                .transactional(sessions.once("one", session -> fixture.insert(1)))
                .as(StepVerifier::create)
                .expectErrorSatisfies(error -> assertThat(error).hasMessageContaining("once inside a transaction"))
                .verify(Fixture.PATIENCE);
    }

    @Test
    void aLimitMustHoldForThePart() {
        TransactionOptions brief = TransactionOptions.defaults().timeout(Duration.ofMillis(1));
        around("spring")
                .transactional(sessions.withTransaction(brief, session -> Mono.never()))
                .as(StepVerifier::create)
                .expectError(TimeoutException.class)
                .verify(Fixture.PATIENCE);
    }

    @Test
    void statementsMustBeAsOnASessionOfTheSessions() {
        around("spring")
                .transactional(sessions.withTransaction(session -> session.sql("INSERT INTO item VALUES ($1)")
                        .bind(0, 1)
                        .add()
                        .bind("$1", 2)
                        .add()
                        .rowsUpdated()
                        .doOnNext(rows -> assertThat(rows).isEqualTo(2))
                        .then(session.sql("SELECT id FROM item ORDER BY id")
                                .fetchSize(1)
                                .first(row -> row.get(0, Integer.class)))
                        .doOnNext(first -> assertThat(first).isEqualTo(1))
                        .then(session.sql("SELECT $1::text IS NULL", (Object) null)
                                .one(row -> row.get(0, Boolean.class)))
                        .doOnNext(isNull -> assertThat(isNull).isTrue())
                        .then(session.sql("SELECT 1 WHERE false").one(row -> 1))
                        .doOnNext(none -> assertThat(none).isNull())
                        .then(session.sql("SELECT 1").execute())
                        .then(session.startedAt())
                        .doOnNext(moment -> assertThat(moment).isNotNull())
                        .then(session.sql("SELECT id FROM item").one(row -> 1))))
                .as(StepVerifier::create)
                .expectError(TooManyRowsException.class)
                .verify(Fixture.PATIENCE);
    }

    @Test
    void whatWouldEndItMustBeRefused() {
        around("spring")
                .transactional(sessions.withTransaction(session -> {
                    assertThat(session.attempt()).isEqualTo(1);
                    assertThatThrownBy(() -> session.sql("COMMIT"))
                            .isInstanceOf(UnsupportedOperationException.class)
                            .hasMessageContaining("COMMIT in SQL text is refused");
                    assertThatThrownBy(() -> session.sql("SELECT 1").cursor(1))
                            .isInstanceOf(UnsupportedOperationException.class);
                    assertThatThrownBy(() -> session.sql("SELECT 1").fetchSize(-1))
                            .isInstanceOf(IllegalArgumentException.class);
                    return Mono.from(session.connectionFactory().create())
                            .flatMap(connection -> Mono.from(connection.close()))
                            .then(transaction(session));
                }))
                .as(StepVerifier::create)
                .expectNextCount(1)
                .expectComplete()
                .verify(Fixture.PATIENCE);
    }

    @Test
    void ourOperatorMustJoinItToo() {
        DefaultTransactionDefinition mandatory =
                new DefaultTransactionDefinition(TransactionDefinition.PROPAGATION_MANDATORY);
        around("spring")
                .transactional(fixture.transaction()
                        .flatMap(own -> SessionsTransactionalOperator.of(sessions, mandatory)
                                .transactional(fixture.transaction())
                                .map(own::equals)))
                .as(StepVerifier::create)
                .expectNext(true)
                .expectComplete()
                .verify(Fixture.PATIENCE);
    }
}
