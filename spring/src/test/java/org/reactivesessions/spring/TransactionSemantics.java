package org.reactivesessions.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactory;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionTimedOutException;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.reactive.TransactionSynchronization;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/**
 * What Spring's reactive transactions mean, asked of whoever runs them. What differs is a method here, overridden where it does.
 */
@ExtendWith(PostgresExtension.class)
abstract class TransactionSemantics {

    static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TestDatabase database;
    private AnnotationConfigApplicationContext context;
    Items items;
    private Heard heard;

    @SuppressWarnings("NullAway.Init") // before each
    TransactionSemantics(TestDatabase database) {
        this.database = database;
    }

    /** What {@code DatabaseClient} is made with. */
    abstract ConnectionFactory factory(TestDatabase in);

    abstract ReactiveTransactionManager manager();

    /** How its methods are advised. */
    abstract List<Class<?>> advice();

    abstract TransactionalOperator operator(TransactionDefinition definition);

    abstract void close();

    // What differs.

    /** Whether a part that failed in a transaction keeps it from committing, although its error was handled. */
    abstract boolean failedPartsCount();

    /** Whether an isolation level that the transaction around does not have is refused. */
    abstract boolean refusesOtherIsolation();

    /** Whether a transaction in one branch stays unknown to another that runs at the same time. */
    abstract boolean keepsBranchesApart();

    /** Whether an error of {@code afterCommit} is what the caller hears, not that there is nothing left to call. */
    abstract boolean passesOnErrorsAfterCommit();

    /** Whether a time limit is one for the transaction. */
    abstract boolean limitsTime();

    /** Switches proxies on. */
    @EnableTransactionManagement(proxyTargetClass = true)
    static class Proxies {}

    /** Listens to transactional events. */
    static class Heard {

        final List<String> events = new CopyOnWriteArrayList<>();

        @TransactionalEventListener(phase = TransactionPhase.BEFORE_COMMIT)
        public void before(PayloadApplicationEvent<String> event) {
            events.add("before commit " + event.getPayload());
        }

        @TransactionalEventListener
        public void committed(PayloadApplicationEvent<String> event) {
            events.add("committed " + event.getPayload());
        }

        @TransactionalEventListener(phase = TransactionPhase.AFTER_ROLLBACK)
        public void rolledBack(PayloadApplicationEvent<String> event) {
            events.add("rolled back " + event.getPayload());
        }
    }

    @BeforeEach
    void start() throws SQLException {
        run("CREATE TABLE IF NOT EXISTS item (id int PRIMARY KEY)");
        run("TRUNCATE item");
        ConnectionFactory factory = factory(database);
        context = new AnnotationConfigApplicationContext();
        context.registerBean(DatabaseClient.class, () -> DatabaseClient.create(factory));
        context.registerBean(ReactiveTransactionManager.class, this::manager);
        context.register(Proxies.class, Heard.class, Items.class);
        advice().forEach(context::register);
        context.refresh();
        items = context.getBean(Items.class);
        heard = context.getBean(Heard.class);
    }

    @AfterEach
    void stop() throws SQLException {
        close();
        context.close();
        assertThat(read("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                        + " AND state LIKE 'idle in transaction%'"))
                .isZero();
    }

    private void run(String sql) throws SQLException {
        try (Connection jdbc = database.openJdbc();
                Statement statement = jdbc.createStatement()) {
            statement.execute(sql);
        }
    }

    private long read(String sql) throws SQLException {
        try (Connection jdbc = database.openJdbc();
                Statement statement = jdbc.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private long rows() throws SQLException {
        return read("SELECT count(*) FROM item");
    }

    private static RuntimeException mine() {
        return new IllegalStateException("mine");
    }

    @Test
    void requiredMustCommitAllStatementsTogether() throws SQLException {
        items.required(() -> items.insert(1).then(items.insert(2)).then(items.count()))
                .as(StepVerifier::create)
                .expectNext(2L)
                .expectComplete()
                .verify(PATIENCE);
        assertThat(rows()).isEqualTo(2);
    }

    @Test
    void requiredMustRollBackOnAnErrorAndPassItOn() throws SQLException {
        RuntimeException mine = mine();
        items.required(() -> items.insert(1).then(Mono.error(mine)))
                .as(StepVerifier::create)
                .expectErrorSatisfies(error -> assertThat(error).isSameAs(mine))
                .verify(PATIENCE);
        assertThat(rows()).isZero();
    }

    @Test
    void anErrorOfTheDatabaseMustArriveAsSpringTranslatesIt() throws SQLException {
        items.required(() -> items.insert(1).then(items.insert(1)))
                .as(StepVerifier::create)
                .expectError(DuplicateKeyException.class)
                .verify(PATIENCE);
        assertThat(rows()).isZero();
    }

    @Test
    void manyElementsMustComeAndCommit() throws SQLException {
        items.many(() -> Flux.range(1, 5).concatMap(id -> items.insert(id).thenReturn(id)))
                .as(StepVerifier::create)
                .expectNext(1, 2, 3, 4, 5)
                .expectComplete()
                .verify(PATIENCE);
        assertThat(rows()).isEqualTo(5);
    }

    @Test
    void requiredInsideRequiredMustBeOneTransaction() throws SQLException {
        items.required(() -> items.transaction()
                        .zipWith(items.required(() -> items.insert(1).then(items.transaction()))))
                .as(StepVerifier::create)
                .expectNextMatches(both -> both.getT1().equals(both.getT2()))
                .expectComplete()
                .verify(PATIENCE);
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void aPartThatFailedMustBeSeenOrNotAtTheEnd() throws SQLException {
        Mono<Long> work = items.required(() -> items.insert(1)
                .then(items.required(() -> items.insert(2).then(Mono.<Long>error(mine())))
                        .onErrorResume(error -> Mono.just(7L))));
        if (failedPartsCount()) {
            work.as(StepVerifier::create)
                    .expectError(UnexpectedRollbackException.class)
                    .verify(PATIENCE);
            assertThat(rows()).isZero();
        } else {
            work.as(StepVerifier::create).expectNext(7L).expectComplete().verify(PATIENCE);
            assertThat(rows()).isEqualTo(2); // the failed part's row, too
        }
    }

    @Test
    void requiresNewMustCommitWhateverBecomesOfTheOther() throws SQLException {
        items.required(() -> items.insert(1)
                        .then(items.requiresNew(() -> items.insert(2)))
                        .then(Mono.error(mine())))
                .as(StepVerifier::create)
                .expectErrorMessage("mine")
                .verify(PATIENCE);
        assertThat(rows()).isEqualTo(1);
        assertThat(read("SELECT id FROM item")).isEqualTo(2);
    }

    @Test
    void requiresNewMustLeaveTheOtherAsItWas() throws SQLException {
        items.required(() -> Flux.concat(
                                items.transaction(), items.requiresNew(items::transaction), items.transaction())
                        .collectList())
                .as(StepVerifier::create)
                .expectNextMatches(
                        seen -> seen.get(0).equals(seen.get(2)) && !seen.get(0).equals(seen.get(1)))
                .expectComplete()
                .verify(PATIENCE);
    }

    /** The other branch is subscribed while the new transaction runs. */
    @Test
    void requiresNewInOneBranchMustNotBeSeenInAnother() {
        StepVerifier.FirstStep<Boolean> together = items.required(() -> items.transaction()
                        .flatMap(own -> Mono.zip(items.requiresNew(items::transaction), items.transaction())
                                .map(both -> both.getT2().equals(own))))
                .as(StepVerifier::create);
        if (keepsBranchesApart()) {
            together.expectNext(true).expectComplete().verify(PATIENCE);
        } else {
            together.expectNext(false).expectComplete().verify(PATIENCE);
        }
    }

    @Test
    void nestedMustUndoOnlyItsOwnWork() throws SQLException {
        items.required(() -> items.insert(1)
                        .then(items.nested(() -> items.insert(2).then(Mono.<Long>error(mine())))
                                .onErrorResume(error -> items.insert(3))))
                .as(StepVerifier::create)
                .expectNext(1L)
                .expectComplete()
                .verify(PATIENCE);
        assertThat(read("SELECT sum(id) FROM item")).isEqualTo(4);
    }

    @Test
    void nestedThatSucceedsMustStayAndTheOuterMustGoOn() throws SQLException {
        items.required(() -> items.nested(() -> items.insert(1)).then(items.insert(2)))
                .as(StepVerifier::create)
                .expectNext(1L)
                .expectComplete()
                .verify(PATIENCE);
        assertThat(rows()).isEqualTo(2);
    }

    @Test
    void nestedWithoutATransactionMustBeginOne() throws SQLException {
        items.nested(() -> items.insert(1).then(Mono.error(mine())))
                .as(StepVerifier::create)
                .expectErrorMessage("mine")
                .verify(PATIENCE);
        assertThat(rows()).isZero();
    }

    @Test
    void mandatoryMustHaveATransaction() throws SQLException {
        items.mandatory(() -> items.insert(1))
                .as(StepVerifier::create)
                .expectError(IllegalTransactionStateException.class)
                .verify(PATIENCE);
        items.required(() -> items.mandatory(() -> items.insert(2)))
                .as(StepVerifier::create)
                .expectNext(1L)
                .expectComplete()
                .verify(PATIENCE);
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void neverMustHaveNone() throws SQLException {
        items.required(() -> items.never(() -> items.insert(1)))
                .as(StepVerifier::create)
                .expectError(IllegalTransactionStateException.class)
                .verify(PATIENCE);
        items.never(() -> items.insert(2).then(Mono.error(mine())))
                .as(StepVerifier::create)
                .expectErrorMessage("mine")
                .verify(PATIENCE);
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void supportsMustJoinOrDoWithout() throws SQLException {
        items.supports(() -> items.insert(1).then(Mono.error(mine())))
                .as(StepVerifier::create)
                .expectErrorMessage("mine")
                .verify(PATIENCE);
        assertThat(rows()).isEqualTo(1);
        items.required(() -> items.supports(() -> items.insert(2)).then(Mono.error(mine())))
                .as(StepVerifier::create)
                .expectErrorMessage("mine")
                .verify(PATIENCE);
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void notSupportedMustStandBesideTheTransaction() throws SQLException {
        items.required(() -> items.insert(1)
                        .then(items.notSupported(() -> items.insert(2)))
                        .then(Mono.error(mine())))
                .as(StepVerifier::create)
                .expectErrorMessage("mine")
                .verify(PATIENCE);
        assertThat(rows()).isEqualTo(1);
        assertThat(read("SELECT id FROM item")).isEqualTo(2);
    }

    @Test
    void readOnlyMustBeReadOnly() throws SQLException {
        items.readOnly(() -> items.setting("transaction_read_only"))
                .as(StepVerifier::create)
                .expectNext("on")
                .expectComplete()
                .verify(PATIENCE);
        items.readOnly(() -> items.required(items::count))
                .as(StepVerifier::create)
                .expectNext(0L)
                .expectComplete()
                .verify(PATIENCE);
        items.readOnly(() -> items.insert(1))
                .as(StepVerifier::create)
                .expectError()
                .verify(PATIENCE);
        assertThat(rows()).isZero();
    }

    @Test
    void isolationMustBeWhatWasAskedFor() {
        items.serializable(() -> items.setting("transaction_isolation"))
                .as(StepVerifier::create)
                .expectNext("serializable")
                .expectComplete()
                .verify(PATIENCE);
    }

    @Test
    void anotherIsolationInsideMustBeRefusedOrIgnored() {
        StepVerifier.FirstStep<String> inside = items.required(
                        () -> items.serializable(() -> items.setting("transaction_isolation")))
                .as(StepVerifier::create);
        if (refusesOtherIsolation()) {
            inside.expectError(IllegalTransactionStateException.class).verify(PATIENCE);
        } else {
            inside.expectNext("read committed").expectComplete().verify(PATIENCE);
        }
    }

    @Test
    void aTimeoutMustEndWhatTakesLonger() throws SQLException {
        StepVerifier.FirstStep<Long> late = items.oneSecond(
                        () -> items.insert(1).delayElement(Duration.ofSeconds(2)))
                .as(StepVerifier::create);
        if (limitsTime()) {
            late.expectError(TransactionTimedOutException.class).verify(PATIENCE);
            close();
            assertThat(rows()).isZero();
        } else {
            late.expectNext(1L).expectComplete().verify(PATIENCE);
            assertThat(rows()).isEqualTo(1);
        }
    }

    @Test
    void rollbackRulesMustDecide() throws SQLException {
        items.withRules(() -> items.insert(1).then(Mono.error(new IllegalArgumentException("kept"))))
                .as(StepVerifier::create)
                .expectErrorMessage("kept")
                .verify(PATIENCE);
        assertThat(rows()).isEqualTo(1);
        items.withRules(() -> items.insert(2).then(Mono.error(new IOException("undone"))))
                .as(StepVerifier::create)
                .expectErrorMessage("undone")
                .verify(PATIENCE);
        assertThat(rows()).isEqualTo(1);
        items.required(() -> items.insert(3).then(Mono.error(new IOException("checked"))))
                .as(StepVerifier::create)
                .expectErrorMessage("checked")
                .verify(PATIENCE);
        assertThat(rows()).isEqualTo(2);
    }

    @Test
    void aMethodThatThrowsMustRollBackToo() throws SQLException {
        items.required(() -> {
                    throw mine();
                })
                .as(StepVerifier::create)
                .expectErrorMessage("mine")
                .verify(PATIENCE);
        items.required(() -> items.insert(1)).block(PATIENCE);
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void theOperatorMustCommitAndRollBack() throws SQLException {
        TransactionalOperator operator = operator(TransactionDefinition.withDefaults());
        operator.transactional(items.insert(1).then(items.insert(2))).block(PATIENCE);
        operator.transactional(items.insert(3).then(Mono.error(mine())))
                .as(StepVerifier::create)
                .expectErrorMessage("mine")
                .verify(PATIENCE);
        assertThat(rows()).isEqualTo(2);
    }

    @Test
    void theOperatorMustRollBackOnEveryError() throws SQLException {
        operator(TransactionDefinition.withDefaults())
                .transactional(items.insert(3).then(Mono.error(new IOException("checked"))))
                .as(StepVerifier::create)
                .expectErrorMessage("checked")
                .verify(PATIENCE);
        assertThat(rows()).isZero();
    }

    @Test
    void setRollbackOnlyMustRollBackAndLetTheResultThrough() throws SQLException {
        operator(TransactionDefinition.withDefaults())
                .execute(transaction -> items.insert(1).doOnNext(one -> {
                    assertThat(transaction.isNewTransaction()).isTrue();
                    transaction.setRollbackOnly();
                    assertThat(transaction.isRollbackOnly()).isTrue();
                }))
                .as(StepVerifier::create)
                .expectNext(1L)
                .expectComplete()
                .verify(PATIENCE);
        assertThat(rows()).isZero();
    }

    @Test
    void transactionalEventsMustComeAtTheirPhases() {
        items.required(() -> items.insert(1).then(items.publish("one"))).block(PATIENCE);
        assertThat(heard.events).containsExactly("before commit one", "committed one");
        heard.events.clear();
        items.required(() -> items.publish("two").then(Mono.error(mine())))
                .as(StepVerifier::create)
                .expectErrorMessage("mine")
                .verify(PATIENCE);
        assertThat(heard.events).containsExactly("rolled back two");
    }

    /** Says what it hears, and of which transaction. */
    private Mono<Void> register(List<String> calls) {
        return TransactionSynchronizationManager.forCurrentTransaction()
                .doOnNext(manager -> {
                    assertThat(manager.isActualTransactionActive()).isTrue();
                    manager.registerSynchronization(new Recording(calls, items));
                })
                .then();
    }

    /** Records what it is told. */
    private static final class Recording implements TransactionSynchronization {

        private final List<String> calls;
        private final Items items;

        Recording(List<String> calls, Items items) {
            this.calls = calls;
            this.items = items;
        }

        @Override
        public Mono<Void> suspend() {
            return Mono.fromRunnable(() -> calls.add("suspend"));
        }

        @Override
        public Mono<Void> resume() {
            return Mono.fromRunnable(() -> calls.add("resume"));
        }

        @Override
        public Mono<Void> beforeCommit(boolean readOnly) {
            return items.count()
                    .doOnNext(rows -> calls.add("beforeCommit sees " + rows))
                    .then();
        }

        @Override
        public Mono<Void> beforeCompletion() {
            return Mono.fromRunnable(() -> calls.add("beforeCompletion"));
        }

        @Override
        public Mono<Void> afterCommit() {
            return Mono.fromRunnable(() -> calls.add("afterCommit"));
        }

        @Override
        public Mono<Void> afterCompletion(int status) {
            return Mono.fromRunnable(() -> calls.add("afterCompletion " + status));
        }
    }

    @Test
    void synchronizationsMustBeCalledInOrder() {
        List<String> calls = new CopyOnWriteArrayList<>();
        items.required(() -> register(calls)
                        .then(items.insert(1))
                        .then(items.requiresNew(() -> items.insert(2)))
                        .doOnNext(one -> calls.add("work done")))
                .block(PATIENCE);
        assertThat(calls)
                .containsExactly(
                        "suspend",
                        "resume",
                        "work done",
                        "beforeCommit sees 2",
                        "beforeCompletion",
                        "afterCommit",
                        "afterCompletion " + TransactionSynchronization.STATUS_COMMITTED);
    }

    @Test
    void synchronizationsMustHearOfARollback() {
        List<String> calls = new CopyOnWriteArrayList<>();
        items.required(() -> register(calls).then(Mono.error(mine())))
                .as(StepVerifier::create)
                .expectErrorMessage("mine")
                .verify(PATIENCE);
        assertThat(calls)
                .containsExactly(
                        "beforeCompletion", "afterCompletion " + TransactionSynchronization.STATUS_ROLLED_BACK);
    }

    @Test
    void anErrorBeforeCommitMustRollBack() throws SQLException {
        items.required(() -> TransactionSynchronizationManager.forCurrentTransaction()
                        .doOnNext(manager -> manager.registerSynchronization(new TransactionSynchronization() {
                            @Override
                            public Mono<Void> beforeCommit(boolean readOnly) {
                                return Mono.error(mine());
                            }
                        }))
                        .then(items.insert(1)))
                .as(StepVerifier::create)
                .expectErrorMessage("mine")
                .verify(PATIENCE);
        assertThat(rows()).isZero();
    }

    @Test
    void anErrorAfterCommitMustBeHeardAndChangeNothing() throws SQLException {
        items.required(() -> TransactionSynchronizationManager.forCurrentTransaction()
                        .doOnNext(manager -> manager.registerSynchronization(new TransactionSynchronization() {
                            @Override
                            public Mono<Void> afterCommit() {
                                return Mono.error(mine());
                            }
                        }))
                        .then(items.insert(1)))
                .as(StepVerifier::create)
                .expectErrorMessage(passesOnErrorsAfterCommit() ? "mine" : "Transaction synchronization is not active")
                .verify(PATIENCE);
        assertThat(rows()).isEqualTo(1);
    }
}
