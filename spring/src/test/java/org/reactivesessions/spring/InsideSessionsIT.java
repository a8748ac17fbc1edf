package org.reactivesessions.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.Once;
import org.reactivesessions.Session;
import org.reactivesessions.error.TransactionRolledBackException;
import org.reactivesessions.postgres.CommitMarkerSchema;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.Propagation;
import org.reactivesessions.transaction.TransactionOptions;
import org.springframework.r2dbc.connection.ConnectionFactoryUtils;
import org.springframework.r2dbc.connection.TransactionAwareConnectionFactoryProxy;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.reactive.TransactionSynchronization;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Spring's client, made with the application's own connection factory, inside transactions of the sessions. */
@ExtendWith(PostgresExtension.class)
class InsideSessionsIT {

    private final Fixture fixture;
    private final SpringSessions sessions;

    InsideSessionsIT(TestDatabase database) {
        this.fixture = Fixture.on(database);
        this.sessions = fixture.sessions();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private static Mono<Long> transaction(Session session) {
        return session.sql("SELECT txid_current()").one(row -> row.get(0, Long.class));
    }

    private static RuntimeException mine() {
        return new IllegalArgumentException("mine");
    }

    @Test
    void theClientMustBeInTheTransaction() {
        sessions.withTransaction(session -> transaction(session)
                        .flatMap(own -> fixture.transaction().map(own::equals))
                        .delayUntil(same -> fixture.insert(1)))
                .as(StepVerifier::create)
                .expectNext(true)
                .expectComplete()
                .verify(Fixture.PATIENCE);
        assertThat(fixture.rows()).isEqualTo(1);
        sessions.withTransactionMany(session -> fixture.insert(2).thenMany(Flux.error(mine())))
                .as(StepVerifier::create)
                .expectErrorMessage("mine")
                .verify(Fixture.PATIENCE);
        assertThat(fixture.rows()).isEqualTo(1);
        assertThat(fixture.pool().getMetrics().orElseThrow().allocatedSize()).isZero();
    }

    @Test
    void aPipelineMustBeInItToo() {
        fixture.insert(1).then(fixture.insert(2)).as(sessions::transactional).block(Fixture.PATIENCE);
        Flux.range(3, 2).concatMap(fixture::insert).as(sessions::transactional).blockLast(Fixture.PATIENCE);
        assertThat(fixture.rows()).isEqualTo(4);
        fixture.insert(5)
                .then(fixture.insert(1))
                .as(sessions::transactional)
                .as(StepVerifier::create)
                .expectError()
                .verify(Fixture.PATIENCE);
        assertThat(fixture.rows()).isEqualTo(4);
    }

    @Test
    void theClientMustBeInTheNestedScope() {
        sessions.withTransaction(session -> fixture.insert(1)
                        .then(session.nested(inner -> fixture.insert(2).then(Mono.<Long>error(mine()))))
                        .onErrorResume(error -> fixture.insert(3)))
                .block(Fixture.PATIENCE);
        TransactionOptions nested = TransactionOptions.defaults().propagation(Propagation.NESTED);
        sessions.withTransaction(session -> fixture.insert(4)
                        .then(sessions.withTransaction(
                                nested, inner -> fixture.insert(5).then(Mono.<Long>error(mine()))))
                        .onErrorResume(error -> fixture.insert(6)))
                .block(Fixture.PATIENCE);
        assertThat(fixture.read("SELECT sum(id) FROM item")).isEqualTo(1 + 3 + 4 + 6);
    }

    @Test
    void theClientMustBeInATransactionOfItsOwn() {
        TransactionOptions own = TransactionOptions.defaults().propagation(Propagation.REQUIRES_NEW);
        sessions.withTransaction(session -> fixture.insert(1)
                        .then(sessions.withTransaction(own, inner -> fixture.insert(2)))
                        .then(Mono.error(mine())))
                .as(StepVerifier::create)
                .expectErrorMessage("mine")
                .verify(Fixture.PATIENCE);
        assertThat(fixture.read("SELECT sum(id) FROM item")).isEqualTo(2);
    }

    /** What breaks a transaction of Spring's own: its holder forgets the connection with the first that is given back. */
    @Test
    void aConnectionThatIsTakenAndGivenBackMustStayTheTransactions() {
        TransactionAwareConnectionFactoryProxy proxy = new TransactionAwareConnectionFactoryProxy(fixture.pool());
        Mono<Void> taken = Mono.usingWhen(
                Mono.from(proxy.create()),
                connection -> Flux.from(connection.createStatement("SELECT 1").execute())
                        .concatMap(result -> result.map(row -> 1))
                        .then(),
                connection -> connection.close());
        Mono<Void> byHand = Mono.usingWhen(
                ConnectionFactoryUtils.getConnection(fixture.pool()),
                connection -> Mono.empty(),
                connection -> ConnectionFactoryUtils.releaseConnection(connection, fixture.pool()));
        sessions.withTransaction(session -> transaction(session)
                        .flatMap(own -> taken.then(taken)
                                .then(byHand)
                                .then(byHand)
                                .then(fixture.transaction())
                                .map(own::equals)))
                .as(StepVerifier::create)
                .expectNext(true)
                .expectComplete()
                .verify(Fixture.PATIENCE);
    }

    @Test
    void onceMustHaveTheClientInIt() {
        CommitMarkerSchema.install(sessions.bare()).block(Fixture.PATIENCE);
        Mono<Boolean> applied =
                sessions.once("one", session -> fixture.insert(1)).map(once -> once instanceof Once.Applied);
        assertThat(applied.block(Fixture.PATIENCE)).isTrue();
        assertThat(applied.block(Fixture.PATIENCE)).isFalse();
        assertThat(fixture.rows()).isEqualTo(1);
    }

    private static Mono<Void> register(Consumer<TransactionSynchronizationManager> registration) {
        return TransactionSynchronizationManager.forCurrentTransaction()
                .doOnNext(registration)
                .then();
    }

    /** Records its end. */
    private static TransactionSynchronization recording(List<Integer> ends, CountDownLatch ended) {
        return new TransactionSynchronization() {
            @Override
            public Mono<Void> afterCompletion(int status) {
                return Mono.fromRunnable(() -> {
                    ends.add(status);
                    ended.countDown();
                });
            }
        };
    }

    @Test
    void synchronizationsMustHearOfACancel() throws InterruptedException {
        List<Integer> ends = new CopyOnWriteArrayList<>();
        CountDownLatch ended = new CountDownLatch(1);
        CountDownLatch inside = new CountDownLatch(1);
        Disposable running = sessions.withTransaction(session -> fixture.insert(1)
                        .then(register(manager -> manager.registerSynchronization(recording(ends, ended))))
                        .then(Mono.fromRunnable(inside::countDown))
                        .then(Mono.never()))
                .subscribe();
        assertThat(inside.await(30, TimeUnit.SECONDS)).isTrue();
        running.dispose();
        assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(ends).containsExactly(TransactionSynchronization.STATUS_ROLLED_BACK);
        assertThat(fixture.rows()).isZero();
    }

    @Test
    void aNestedScopeMustShareTheSynchronizations() {
        List<Integer> ends = new CopyOnWriteArrayList<>();
        CountDownLatch ended = new CountDownLatch(1);
        sessions.withTransaction(session -> session.nested(
                                inner -> register(manager -> manager.registerSynchronization(recording(ends, ended))))
                        .then(Mono.fromRunnable(() -> assertThat(ends).isEmpty())))
                .block(Fixture.PATIENCE);
        assertThat(ends).containsExactly(TransactionSynchronization.STATUS_COMMITTED);
    }

    @Test
    void aPartThatAsksForARollbackMustKeepTheWholeFromCommitting() {
        SessionsTransactionalOperator part = SessionsTransactionalOperator.of(sessions);
        sessions.withTransaction(session -> part.execute(transaction -> {
                            assertThat(transaction.isNewTransaction()).isFalse();
                            transaction.setRollbackOnly();
                            return fixture.insert(1);
                        })
                        .then())
                .as(StepVerifier::create)
                .expectError(TransactionRolledBackException.class)
                .verify(Fixture.PATIENCE);
        assertThat(fixture.rows()).isZero();
    }

    @Test
    void whatIsSuspendedMustNotBeFoundBySessionsEither() {
        DefaultTransactionDefinition without =
                new DefaultTransactionDefinition(TransactionDefinition.PROPAGATION_NOT_SUPPORTED);
        SessionsTransactionalOperator beside = SessionsTransactionalOperator.of(sessions, without);
        sessions.withTransaction(session -> fixture.insert(1)
                        .then(beside.transactional(sessions.withTransaction(inner -> fixture.insert(2))))
                        .then(Mono.error(mine())))
                .as(StepVerifier::create)
                .expectErrorMessage("mine")
                .verify(Fixture.PATIENCE);
        assertThat(fixture.read("SELECT sum(id) FROM item")).isEqualTo(2);
    }

    @Test
    void theNameMustBeSprings() {
        sessions.withTransaction(
                        TransactionOptions.defaults().named("transfer").readOnly(),
                        session -> TransactionSynchronizationManager.forCurrentTransaction()
                                .map(manager -> manager.getCurrentTransactionName() + " "
                                        + manager.isCurrentTransactionReadOnly()))
                .as(StepVerifier::create)
                .expectNext("transfer true")
                .expectComplete()
                .verify(Fixture.PATIENCE);
    }

    @Test
    void sessionsWithoutATransactionMustJoin() {
        sessions.withTransaction(session -> transaction(session)
                        .flatMap(own -> sessions.withSession(InsideSessionsIT::transaction)
                                .map(own::equals)))
                .as(StepVerifier::create)
                .expectNext(true)
                .expectComplete()
                .verify(Fixture.PATIENCE);
        sessions.withSessionMany(session -> session.sql("SELECT 1").all(row -> 1))
                .as(StepVerifier::create)
                .expectNext(1)
                .expectComplete()
                .verify(Fixture.PATIENCE);
    }
}
