package org.reactivesessions.transaction;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reactivesessions.transaction.Stage.subscribe;
import static org.reactivesessions.transaction.Stage.update;

import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcRollbackException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.reactivesessions.dialect.CommitAnswer;
import org.reactivesessions.dialect.FailureClass;
import org.reactivesessions.error.CommitOutcomeUnknownException;
import org.reactivesessions.error.TransactionRolledBackException;
import reactor.core.publisher.Mono;
import reactor.test.subscriber.TestSubscriber;

/** When a transaction is run again, and how often. */
class RetryTest extends Retried {

    @Test
    void aConflictMustRunTheFunctionAgainInANewTransaction() {
        database.fails("UPDATE", RetryTest::conflict);
        TestSubscriber<Long> subscriber = transfer(RETRY);
        assertThat(database.wire()).containsExactly("BEGIN", "UPDATE", "ROLLBACK");
        assertThat(stage.source().status().acquired())
                .as("between two attempts")
                .isZero();
        database.recovers("UPDATE");

        stage.pass(ENOUGH);

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(calls).hasValue(2);
        assertThat(database.wire()).containsExactly("BEGIN", "UPDATE", "ROLLBACK", "BEGIN", "UPDATE", "COMMIT");
        assertThat(stage.ends()).containsExactly("COMMITTING COMMITTED");
        assertThat(stage.events()).containsExactly("transfer repeats 2 ROLLED_BACK could not serialize access");
    }

    @Test
    void aConflictAtCommitMustRunItAgain() {
        stage.dialect().commitAnswer(error -> CommitAnswer.REFUSED);
        database.fails("COMMIT", RetryTest::conflict);
        TestSubscriber<Long> subscriber = transfer(RETRY);
        database.recovers("COMMIT");

        stage.pass(ENOUGH);

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(calls).hasValue(2);
    }

    @Test
    void theLastErrorMustCarryThoseOfTheAttemptsBefore() {
        database.fails("UPDATE", RetryTest::conflict);
        TestSubscriber<Long> subscriber = transfer(RETRY.maxAttempts(3));

        stage.pass(ENOUGH);

        Throwable error = subscriber.expectTerminalError();
        assertThat(calls).hasValue(3);
        assertThat(error).hasMessage("could not serialize access");
        assertThat(error.getSuppressed())
                .hasSize(3)
                .filteredOn(R2dbcRollbackException.class::isInstance)
                .hasSize(2);
        assertThat(error.getSuppressed()[0])
                .hasMessage("transfer: not run again, because 3 attempts were made, which is maxAttempts");
        assertThat(stage.ends()).hasSize(1);
        assertThat(stage.events()).hasSize(2);
    }

    @Test
    void theSameErrorTwiceMustBeItselfOnlyOnce() {
        R2dbcRollbackException same = conflict();
        database.fails("UPDATE", () -> same);
        TestSubscriber<Long> subscriber = transfer(RETRY.maxAttempts(2));

        stage.pass(ENOUGH);

        assertThat(subscriber.expectTerminalError()).isSameAs(same);
        assertThat(same.getSuppressed()).singleElement().isInstanceOf(NotRunAgain.class);
    }

    @Test
    void anErrorThatTheFunctionHasWrappedMustStillBeSeen() {
        database.fails("UPDATE", RetryTest::conflict);
        run(
                RETRY.maxAttempts(2),
                connection ->
                        update(connection, "UPDATE").onErrorMap(error -> new IllegalStateException("wrapped", error)));

        stage.pass(ENOUGH);

        assertThat(calls).hasValue(2);
    }

    @Test
    void aConflictThatTheFunctionSwallowsMustStillBeSeen() {
        stage.dialect().commitAnswer(error -> CommitAnswer.ROLLED_BACK);
        database.fails("UPDATE", RetryTest::conflict);
        database.fails("COMMIT", () -> new R2dbcRollbackException("rolled back"));
        run(RETRY.maxAttempts(2), connection -> update(connection, "UPDATE").onErrorResume(error -> Mono.empty()));

        stage.pass(ENOUGH);

        assertThat(calls).hasValue(2);
    }

    @Test
    void withoutARetryItMustBeRunOnce() {
        database.fails("UPDATE", RetryTest::conflict);

        assertThat(stage.run(connection -> update(connection, "UPDATE")).expectTerminalError())
                .hasMessage("could not serialize access");
        stage.pass(ENOUGH);
        assertThat(database.wire()).containsExactly("BEGIN", "UPDATE", "ROLLBACK");
    }

    @Test
    void anErrorOfTheApplicationMustNotBeRunAgain() {
        TestSubscriber<Long> subscriber = run(RETRY, connection -> Mono.error(new IllegalStateException("mine")));
        stage.pass(ENOUGH);
        assertThat(subscriber.expectTerminalError()).hasMessage("mine");

        database.fails("UPDATE", () -> new R2dbcBadGrammarException("syntax", "42601"));
        TestSubscriber<Long> other = transfer(RETRY);
        stage.pass(ENOUGH);
        assertThat(other.expectTerminalError()).hasMessage("syntax");
        assertThat(calls).hasValue(2);
    }

    @Test
    void aTransactionInDoubtMustNeverBeRunAgain() {
        stage.dialect().commitAnswer(error -> CommitAnswer.UNKNOWN);
        database.fails("COMMIT", () -> new R2dbcNonTransientResourceException("lost", "08006"));
        TestSubscriber<Long> subscriber = transfer(RETRY);

        stage.pass(ENOUGH);

        assertThat(subscriber.expectTerminalError()).isInstanceOf(CommitOutcomeUnknownException.class);
        assertThat(calls).hasValue(1);
    }

    @Test
    void aTransactionInDoubtInsideMustNotRunTheOuterOneAgain() {
        stage.dialect().commitAnswer(error -> CommitAnswer.UNKNOWN);
        database.fails("COMMIT", () -> new R2dbcNonTransientResourceException("lost", "08006"));
        TestSubscriber<Long> subscriber = run(
                RETRY,
                outer -> stage.inner(
                                Propagation.REQUIRED,
                                joined -> stage.inner(Propagation.REQUIRES_NEW, own -> update(own, "UPDATE")))
                        .onErrorResume(error -> Mono.empty()));

        stage.pass(ENOUGH);

        assertThat(subscriber.expectTerminalError()).isInstanceOf(TransactionRolledBackException.class);
        assertThat(calls).hasValue(1);
    }

    @Test
    void anAttemptMustNotBeginWhenTheTimeIsOverAlready() {
        TransactionRetry hasty = TransactionRetry.defaults().backoff(Duration.ofMillis(1), Duration.ofMillis(1));
        stage.dialect().commitAnswer(error -> CommitAnswer.REFUSED);
        database.hold("COMMIT");
        for (int i = 0; i < 100; i++) {
            TestSubscriber<Long> subscriber = subscribe(stage.transactions()
                    .mono(retried(hasty).timeout(Duration.ofSeconds(1)), connection -> update(connection, "UPDATE")));
            stage.pass(Duration.ofSeconds(2));
            database.last("COMMIT").fail(conflict());
            stage.pass(ENOUGH);
            assertThat(subscriber.expectTerminalError()).hasMessage("could not serialize access");
        }
        assertThat(stage.events()).isEmpty();
    }

    @Test
    void aLostConnectionMustRunItAgainUnlessThatIsSwitchedOff() {
        database.fails("UPDATE", () -> new R2dbcNonTransientResourceException("lost", "08006"));
        transfer(RETRY.maxAttempts(2));
        stage.pass(ENOUGH);
        assertThat(calls).hasValue(2);

        transfer(RETRY.maxAttempts(2).onConnectionLoss(false));
        stage.pass(ENOUGH);
        assertThat(calls).hasValue(3);
    }

    @Test
    void anAttemptMustNotBeginAfterTheTimeOfTheTransaction() {
        database.fails("UPDATE", RetryTest::conflict);
        TestSubscriber<Long> subscriber = subscribe(stage.transactions()
                .mono(retried(RETRY).timeout(Duration.ofMillis(1)), connection -> update(connection, "UPDATE")));

        assertThat(subscriber.expectTerminalError()).hasMessage("could not serialize access");
        assertThat(stage.ends()).containsExactly("ACTIVE ROLLED_BACK could not serialize access");
    }

    @Test
    void aScopeThatJoinsMustLeaveTheRetryToTheOuterOne() {
        database.fails("UPDATE", RetryTest::conflict);
        TestSubscriber<Long> subscriber =
                subscribe(stage.mono(outer -> stage.transactions().mono(retried(RETRY), connection -> {
                    calls.incrementAndGet();
                    return update(connection, "UPDATE");
                })));

        stage.pass(ENOUGH);

        assertThat(subscriber.expectTerminalError()).hasMessage("could not serialize access");
        assertThat(calls).hasValue(1);
    }

    @Test
    void aTransactionOfItsOwnInsideAnotherMustBeRunAgain() {
        TestSubscriber<Long> subscriber = subscribe(stage.mono(outer -> stage.transactions()
                .mono(
                        retried(RETRY).propagation(Propagation.REQUIRES_NEW),
                        connection -> calls.incrementAndGet() == 1
                                ? Mono.<Long>error(conflict())
                                : update(connection, "UPDATE"))));

        stage.pass(ENOUGH);

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(calls).hasValue(2);
    }

    @Test
    void aConnectionOnWhichAnAttemptMayHaveLeftSomethingMustNotBeUsedAgain() {
        database.fails("UPDATE", RetryTest::conflict);
        TestSubscriber<Long> subscriber = run(
                RETRY,
                connection -> update(connection, "SELECT pg_advisory_lock(1)").then(update(connection, "UPDATE")));
        assertThat(database.wire()).endsWith("ROLLBACK", "CLOSE");
        database.recovers("UPDATE");

        stage.pass(ENOUGH);

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.opened()).isEqualTo(2);
    }

    @Test
    void theBudgetMustEndTheRetriesOfAll() {
        database.fails("UPDATE", RetryTest::conflict);
        TestSubscriber<Long> last = null;
        for (int i = 0; i < 200; i++) {
            last = transfer(RETRY);
            stage.pass(ENOUGH);
        }

        assertThat(calls.get()).as("200 once, 500 kept, 5 for each").isBetween(1_690, 1_700);
        assertThat(requireNonNull(last).expectTerminalError().getSuppressed())
                .anySatisfy(remark -> assertThat(remark).hasMessageContaining("the budget for retries"));
    }

    @Test
    void duplicatesMustBeRunAgainOnlyWhenSerializableAndAskedFor() {
        stage.dialect().classified((phase, error) -> FailureClass.DUPLICATE);
        database.fails("UPDATE", () -> new R2dbcRollbackException("duplicate", "23505"));
        TransactionRetry retry = RETRY.maxAttempts(2);
        TransactionRetry optedIn = retry.onDuplicateKey();

        assertThat(attempts(retried(retry).isolation(IsolationLevel.SERIALIZABLE)))
                .isEqualTo(1);
        assertThat(attempts(retried(optedIn).isolation(IsolationLevel.REPEATABLE_READ)))
                .isEqualTo(1);
        assertThat(attempts(retried(optedIn).isolation(IsolationLevel.SERIALIZABLE)))
                .isEqualTo(2);
    }

    @Test
    void whatIsOptedInMustBeRunAgain() {
        TransactionRetry retry = RETRY.maxAttempts(2);
        stage.dialect().classified((phase, error) -> FailureClass.LOCK_TIMEOUT);
        database.fails("UPDATE", () -> new R2dbcRollbackException("lock", "55P03"));
        assertThat(attempts(retried(retry))).isEqualTo(1);
        assertThat(attempts(retried(retry.onLockTimeout()))).isEqualTo(2);

        stage.dialect().classified((phase, error) -> FailureClass.STALE_PLAN);
        database.fails("UPDATE", () -> new R2dbcRollbackException("plan", "26000"));
        assertThat(attempts(retried(retry))).isEqualTo(1);
        assertThat(attempts(retried(retry.onStalePlan()))).isEqualTo(2);
    }

    private int attempts(TransactionOptions options) {
        int before = calls.get();
        subscribe(stage.transactions().mono(options, connection -> {
            calls.incrementAndGet();
            return update(connection, "UPDATE");
        }));
        stage.pass(ENOUGH);
        return calls.get() - before;
    }

    @Test
    void settingsThatCannotBeMustBeRefused() {
        TransactionRetry retry = RETRY;

        assertThatThrownBy(() -> retry.maxAttempts(0)).hasMessage("maxAttempts must be >= 1, but was 0");
        assertThatThrownBy(() -> retry.backoff(Duration.ZERO, ENOUGH)).hasMessageContaining("PT0S");
        assertThatThrownBy(() -> retry.backoff(ENOUGH, Duration.ofSeconds(1))).hasMessageContaining("PT1S");
        assertThatThrownBy(() -> retry.buffered(0)).hasMessage("buffered must be >= 1, but was 0");
        assertThat(retry.maxAttempts(1)).hasToString("up to 1 attempts");
        assertThat(retry.buffered(1)).isNotNull();
        assertThat(retry.maxAttempts(7)).hasToString("up to 7 attempts");
    }
}
