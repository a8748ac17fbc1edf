package org.reactivesessions.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcTransientException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.reactivesessions.Session;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.error.TransactionRolledBackException;
import org.reactivesessions.transaction.Propagation;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.subscriber.TestSubscriber;

/** How a transaction ends by itself: what its subscriber hears, what its listener hears, what is durable. */
interface EndCases {

    @Test
    default void aTransactionMustCommitAllOfItsStatements(Stage stage) {
        stage.verify(session -> Stage.insert(session, 1).then(Stage.insert(session, 2)))
                .expectNext(1L)
                .verifyComplete();

        assertThat(stage.accounts()).isEqualTo(2);
        assertThat(stage.ends())
                .containsExactly(new Ended("transaction", LifePhase.COMMITTING, TransactionOutcome.COMMITTED, null));
    }

    @Test
    default void aValueMustComeAfterCommitAndWithTheConnectionBack(Stage stage) {
        List<String> atValue = new CopyOnWriteArrayList<>();

        stage.sessions()
                .withTransaction(session -> Stage.insert(session, 1))
                .doOnNext(value -> atValue.add(
                        stage.outcomes() + " " + stage.sessions().poolStatus().acquired()))
                .as(StepVerifier::create)
                .expectNext(1L)
                .verifyComplete();

        assertThat(atValue).containsExactly("[COMMITTING COMMITTED] 0");
    }

    @Test
    default void anEmptyResultMustCommit(Stage stage) {
        stage.verify(session -> Stage.insert(session, 1).then()).verifyComplete();
        stage.verify(session -> Mono.empty()).verifyComplete();

        assertThat(stage.accounts()).isEqualTo(1);
        assertThat(stage.outcomes()).containsExactly("COMMITTING COMMITTED", "COMMITTING COMMITTED");
    }

    @Test
    default void everySubscriptionMustBeATransactionOfItsOwn(Stage stage) {
        Mono<Long> insert = stage.sessions()
                .withTransaction(
                        session -> session.sql("INSERT INTO account (id) SELECT COALESCE(MAX(id), 0) + 1 FROM account")
                                .rowsUpdated());
        assertThat(stage.outcomes()).isEmpty();

        insert.block(Stage.PATIENCE);
        insert.block(Stage.PATIENCE);

        assertThat(stage.accounts()).isEqualTo(2);
        assertThat(stage.outcomes()).containsExactly("COMMITTING COMMITTED", "COMMITTING COMMITTED");
    }

    @Test
    default void aTransactionMustSeeItsOwnWritesAndOthersMustNot(Stage stage) {
        stage.verify(session -> Stage.insert(session, 1)
                        .then(count(session))
                        .zipWith(stage.sessions()
                                .withTransaction(
                                        TransactionOptions.defaults().propagation(Propagation.REQUIRES_NEW),
                                        EndCases::count)))
                .assertNext(seen -> {
                    assertThat(seen.getT1()).isEqualTo(1);
                    assertThat(seen.getT2()).isZero();
                })
                .verifyComplete();
    }

    private static Mono<Long> count(Session session) {
        return session.sql("SELECT COUNT(*) FROM account").one(row -> row.get(0, Long.class));
    }

    @Test
    default void anErrorOfTheFunctionMustRollBackAndComeAsItIs(Stage stage) {
        IllegalStateException mine = new IllegalStateException("mine");
        List<Integer> acquired = new CopyOnWriteArrayList<>();

        stage.sessions()
                .withTransaction(
                        TransactionOptions.defaults().named("failing"),
                        session -> Stage.insert(session, 1).then(Mono.error(mine)))
                .doOnError(error -> acquired.add(stage.sessions().poolStatus().acquired()))
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error).isSameAs(mine).hasNoSuppressedExceptions());

        assertThat(stage.accounts()).isZero();
        assertThat(stage.ends())
                .containsExactly(new Ended("failing", LifePhase.ACTIVE, TransactionOutcome.ROLLED_BACK, mine));
        assertThat(acquired).containsExactly(0);
    }

    @Test
    default void whatTheFunctionThrowsMustRollBackAndComeAsItIs(Stage stage) {
        IllegalStateException mine = new IllegalStateException("mine");

        stage.verify(session -> {
                    throw mine;
                })
                .verifyErrorSatisfies(error -> assertThat(error).isSameAs(mine));
        stage.sessions()
                .withTransactionMany(session -> {
                    throw mine;
                })
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error).isSameAs(mine));

        assertThat(stage.outcomes()).containsExactly("ACTIVE ROLLED_BACK", "ACTIVE ROLLED_BACK");
    }

    @Test
    default void aFatalErrorMustBeSignalledAfterRollback(Stage stage) {
        stage.verify(session -> Stage.insert(session, 1).<Long>map(rows -> {
                    throw new NoClassDefFoundError("planted");
                }))
                .verifyErrorSatisfies(error -> assertThat(error).isInstanceOf(NoClassDefFoundError.class));

        assertThat(stage.accounts()).isZero();
        assertThat(stage.outcomes()).containsExactly("ACTIVE ROLLED_BACK");
    }

    @Test
    default void nullAsAResultMustRollBackAndNameTheTransaction(Stage stage) {
        stage.sessions()
                .withTransaction(
                        TransactionOptions.defaults().named("forgetful"), session -> EndCases.<Mono<Object>>nothing())
                .as(StepVerifier::create)
                .verifyErrorSatisfies(
                        error -> assertThat(error).hasMessageStartingWith("forgetful: the function returned null"));

        assertThat(stage.outcomes()).containsExactly("ACTIVE ROLLED_BACK");
    }

    @Test
    default void nullAsAFunctionMustBeRefusedAtOnce(Stage stage) {
        assertThatNullPointerException().isThrownBy(() -> stage.sessions().withTransaction(nothing()));
        assertThatNullPointerException().isThrownBy(() -> stage.sessions().withTransactionMany(nothing()));
        assertThat(stage.outcomes()).isEmpty();
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // What a caller without null checks can pass.
    private static <T> T nothing() {
        return null;
    }

    @Test
    default void contradictoryOptionsMustBeRefusedAtOnce(Stage stage) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> stage.sessions()
                        .withTransaction(TransactionOptions.defaults().deferrable(), session -> Mono.empty()));
        assertThat(stage.outcomes()).isEmpty();
    }

    @Test
    default void aFailedStatementMustUndoAllAndKeepTheConnection(Stage stage) {
        stage.verify(session -> Stage.insert(session, 1).then(Stage.insert(session, 1)))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                R2dbcDataIntegrityViolationException.class,
                                violation -> assertThat(violation.getSqlState()).isEqualTo("23505")));
        assertThat(stage.accounts()).isZero();
        assertThat(stage.outcomes()).containsExactly("ACTIVE ROLLED_BACK");

        stage.verify(session -> Stage.insert(session, 1)).expectNext(1L).verifyComplete();
        assertThat(stage.accounts()).isEqualTo(1);
        assertThat(stage.sessions().poolStatus().allocated()).isEqualTo(1);
    }

    @Test
    @Requires(Capability.DETECTS_ROLLED_BACK_COMMIT)
    default void aSwallowedSqlErrorMustNeverBeASuccess(Stage stage) {
        stage.run("INSERT INTO account (id) VALUES (7)");

        stage.verify(session ->
                        Stage.insert(session, 8).then(Stage.insert(session, 7).onErrorReturn(0L)))
                .verifyErrorSatisfies(error -> {
                    assertThat(error)
                            .isInstanceOf(TransactionRolledBackException.class)
                            .isNotInstanceOf(R2dbcTransientException.class);
                    assertThat(error).cause().isInstanceOf(R2dbcDataIntegrityViolationException.class);
                });

        assertThat(stage.accounts()).isEqualTo(1);
        assertThat(stage.outcomes()).containsExactly("COMMITTING ROLLED_BACK");
    }

    @Test
    @Requires(Capability.KEEPS_TRANSACTION_AFTER_ERROR)
    default void aSwallowedSqlErrorMustLeaveTheRestToCommit(Stage stage) {
        stage.run("INSERT INTO account (id) VALUES (7)");

        stage.verify(session ->
                        Stage.insert(session, 8).then(Stage.insert(session, 7).onErrorReturn(0L)))
                .expectNext(0L)
                .verifyComplete();

        assertThat(stage.accounts()).isEqualTo(2);
        assertThat(stage.outcomes()).containsExactly("COMMITTING COMMITTED");
    }

    @Test
    @Requires(Capability.DEFERRED_CONSTRAINTS)
    default void aRefusedCommitMustFailTheMonoWithoutAValueAndTheFluxAfterItsRows(Stage stage) {
        stage.run("ALTER TABLE account ADD parent INT REFERENCES account DEFERRABLE INITIALLY DEFERRED");
        String orphan = "INSERT INTO account (id, parent) VALUES ($1, 99)";

        stage.verify(session -> session.sql(orphan, 1).rowsUpdated())
                .verifyErrorSatisfies(
                        error -> assertThat(error).isInstanceOf(R2dbcDataIntegrityViolationException.class));
        stage.sessions()
                .withTransactionMany(session -> session.sql(orphan, 1).rowsUpdated())
                .as(StepVerifier::create)
                .expectNext(1L)
                .verifyErrorSatisfies(
                        error -> assertThat(error).isInstanceOf(R2dbcDataIntegrityViolationException.class));

        assertThat(stage.accounts()).isZero();
        assertThat(stage.outcomes()).containsExactly("COMMITTING ROLLED_BACK", "COMMITTING ROLLED_BACK");
        assertThat(stage.sessions().poolStatus().allocated()).isEqualTo(1);
    }

    @Test
    @Requires(Capability.CANCEL_IN_FLIGHT)
    default void aStatementLeftRunningMustBeAnErrorAndRollBack(Stage stage) {
        stage.run("INSERT INTO account (id, balance) VALUES (1, 0)");
        stage.lock("UPDATE account SET balance = 1 WHERE id = 1");
        TestSubscriber<String> subscriber = TestSubscriber.create();
        Sinks.Empty<Void> executing = Sinks.empty();

        stage.sessions()
                .withTransaction(TransactionOptions.defaults().named("hasty"), session -> {
                    session.sql("UPDATE account SET balance = 2 WHERE id = 1")
                            .rowsUpdated()
                            .subscribe();
                    return executing.asMono().thenReturn("too early");
                })
                .subscribe(subscriber);
        stage.driver().awaitExecuting("UPDATE account SET balance = 2");
        executing.tryEmitEmpty();
        subscriber.block(Stage.PATIENCE);
        stage.unlock(); // not before: the statement could come to its end

        assertThat(subscriber.expectTerminalError())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("hasty: statement still running: UPDATE account");
        assertThat(stage.number("SELECT balance FROM account")).isZero();
        assertThat(stage.outcomes()).containsExactly("COMMITTING ROLLED_BACK");
    }

    @Test
    default void everyEndMustBeHeardExactlyOnce(Stage stage) {
        Flux.range(0, 60)
                .concatMap(id -> stage.sessions()
                        .withTransaction(
                                TransactionOptions.defaults().named("transfer " + id),
                                session -> id % 3 == 0
                                        ? Stage.insert(session, id)
                                        : id % 3 == 1
                                                ? Stage.insert(session, id)
                                                        .then(Mono.<Long>error(new IllegalStateException("mine")))
                                                : Stage.insert(session, id).then(Mono.<Long>never()))
                        .onErrorComplete()
                        .takeUntilOther(id % 3 == 2 ? Mono.just(id) : Mono.never()))
                .blockLast(Stage.PATIENCE);
        stage.quiesce();

        assertThat(stage.ends()).extracting(Ended::name).doesNotHaveDuplicates().hasSize(60);
        assertThat(stage.ends().stream().filter(end -> end.outcome() == TransactionOutcome.COMMITTED))
                .hasSize(20);
        assertThat(stage.accounts()).isEqualTo(20);
    }

    @Test
    default void aListenerThatThrowsMustChangeNothing(Stage stage) {
        // The sessions of the stage report to its own list; this pair reports to a listener that fails.
        var sessions = stage.driver().open(Stage.pool(1), (name, phase, outcome, error) -> {
            throw new IllegalStateException("planted");
        });

        sessions.withTransaction(session -> Stage.insert(session, 1))
                .as(StepVerifier::create)
                .expectNext(1L)
                .verifyComplete();
        sessions.withTransaction(session -> session.sql("SELECT nowhere").execute())
                .as(StepVerifier::create)
                .verifyError(R2dbcException.class);

        assertThat(stage.accounts()).isEqualTo(1);
        assertThat(sessions.poolStatus().acquired()).isZero();
        sessions.close().block(Stage.PATIENCE);
    }
}
