package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.reactivesessions.transaction.Stage.rows;
import static org.reactivesessions.transaction.Stage.subscribe;
import static org.reactivesessions.transaction.Stage.update;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcRollbackException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.dialect.FailureClass;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.error.TransactionTimeoutException;
import org.reactivesessions.observation.SessionFigures;
import org.reactivesessions.observation.WatchOptions;
import org.reactivesessions.scripted.Logs;
import org.reactivesessions.scripted.ScriptedDatabase;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.subscriber.TestSubscriber;

/** Who gets nowhere for too long is ended. */
class EndAfterTest {

    private static final Duration LIMIT = Duration.ofSeconds(7);
    private static final Duration BEFORE = LIMIT.minusMillis(1);

    @RegisterExtension
    final Stage stage = Stage.watched(WatchOptions.defaults().endAfter(LIMIT));

    private final ScriptedDatabase database = stage.database();
    private final Logs logs = Logs.listen();

    @AfterEach
    void stopRecording() {
        logs.close();
    }

    private TransactionTimeoutException ended(TestSubscriber<?> subscriber) {
        stage.pass(BEFORE);
        assertThat(subscriber.isTerminated()).isFalse();
        stage.pass(Duration.ofMillis(1));
        assertThat(stage.transactions().statistics().sinceStart()).returns(1L, SessionFigures::timeouts);
        assertThat(stage.source().status().acquired()).isZero();
        return (TransactionTimeoutException) subscriber.expectTerminalError();
    }

    @Test
    void aFunctionThatHangsMustBeEndedAndRolledBack() {
        TestSubscriber<Long> subscriber =
                stage.run(connection -> update(connection, "UPDATE").then(Mono.never()));

        assertThat(ended(subscriber))
                .hasMessage(
                        "transfer: ended by the watch, because it was in ACTIVE for longer than 7000 ms; nothing of it is"
                                + " durable. Spent: 0 ms for a connection, 0 ms for BEGIN, 7000 ms in the function. Shorten what"
                                + " took longest, or raise endAfter() of WatchOptions. (help: troubleshooting.md#timeout)")
                .returns(LifePhase.ACTIVE, TransactionTimeoutException::phase)
                .returns(LIMIT, TransactionTimeoutException::limit)
                .returns(TransactionOutcome.ROLLED_BACK, TransactionTimeoutException::outcome);
        assertThat(database.wire()).containsExactly("BEGIN", "UPDATE", "ROLLBACK");
        assertThat(stage.ends())
                .singleElement()
                .asString()
                .startsWith("ACTIVE ROLLED_BACK transfer: ended by the watch");
        assertThat(logs.lines())
                .contains("WARN transfer: in ACTIVE for 7000 ms, and waits for its function, or for whoever it was"
                        + " lent to; 1 statement, the last: UPDATE; the next of that name will be shown with its stack; it is"
                        + " ended, because it may be there for 7000 ms");
    }

    @Test
    void aStatementThatIsNotAnsweredMustBeCancelledAndNamed() {
        database.hold("UPDATE");
        TestSubscriber<Long> subscriber = stage.run(connection -> update(connection, "UPDATE"));

        assertThat(ended(subscriber)).hasMessageContaining("7000 ms in the function; it was running: UPDATE");
        assertThat(database.wire()).containsExactly("BEGIN", "UPDATE", "ROLLBACK");
    }

    @Test
    void aFluxThatNobodyConsumesMustBeEnded() {
        database.rows("SELECT", "a", "b");
        TestSubscriber<String> subscriber =
                TestSubscriber.builder().initialRequest(0).build();
        stage.flux(connection -> rows(connection, "SELECT")).subscribe(subscriber);

        assertThat(ended(subscriber)).hasMessageStartingWith("stream: ended by the watch");
        assertThat(database.wire()).containsExactly("BEGIN", "SELECT", "ROLLBACK");
    }

    @Test
    void whoWaitsForAnAnswerToBeginMustBeEnded() {
        Stage early = Stage.watched(WatchOptions.defaults().endAfter(LifePhase.BEGINNING, Duration.ofSeconds(1)));
        early.database().hold("BEGIN");
        TestSubscriber<Long> subscriber = early.run(connection -> update(connection, "UPDATE"));
        early.pass(Duration.ofSeconds(1));
        early.database().last("BEGIN").complete();

        assertThat(subscriber.expectTerminalError())
                .isInstanceOfSatisfying(
                        TransactionTimeoutException.class,
                        error -> assertThat(error.outcome()).isEqualTo(TransactionOutcome.NOT_STARTED));
        assertThat(early.database().wire()).containsExactly("BEGIN", "ROLLBACK");
        assertThat(early.source().status().acquired()).isZero();
    }

    @Test
    void whoWaitsForAConnectionMustBeEnded() {
        Stage waiting = Stage.watched(WatchOptions.defaults().endAfter(LifePhase.ACQUIRING, Duration.ofSeconds(1)));
        waiting.database().hold("UPDATE");
        TestSubscriber<Long> holder = waiting.run(connection -> update(connection, "UPDATE"));
        TestSubscriber<Long> waiter = waiting.run(connection -> update(connection, "UPDATE"));
        waiting.pass(Duration.ofSeconds(2));

        assertThat(waiter.expectTerminalError())
                .isInstanceOf(TransactionTimeoutException.class)
                .hasMessageContaining(
                        "in ACQUIRING for longer than 1000 ms; nothing of it is durable. Spent: 1000 ms for a"
                                + " connection.");
        assertThat(holder.isTerminated()).isFalse();
        assertThat(waiting.source().status().pending()).isZero();
        waiting.database().last("UPDATE").complete();
        assertThat(holder.isTerminatedComplete()).isTrue();
    }

    @Test
    void whoWaitsForItsNextAttemptMustBeEnded() {
        Duration longPause = Duration.ofDays(10_000); // which is drawn, and hardly will be less than the limit
        database.fails("COMMIT", () -> new R2dbcRollbackException("again", "40001"));
        TestSubscriber<Long> subscriber = subscribe(stage.transactions()
                .mono(
                        TransactionOptions.defaults()
                                .named("transfer")
                                .retry(TransactionRetry.defaults().backoff(longPause, longPause)),
                        connection -> update(connection, "UPDATE")));
        stage.pass(LIMIT);

        assertThat(subscriber.expectTerminalError())
                .isInstanceOf(TransactionTimeoutException.class)
                .hasMessageContaining("in ACQUIRING for longer than 7000 ms")
                .hasMessageContaining("Spent: 7000 ms for the next attempt.");
        assertThat(stage.transactions().statistics().sinceStart())
                .returns(1L, SessionFigures::timeouts)
                .returns(1L, SessionFigures::notStarted)
                .returns(0L, SessionFigures::retried)
                .returns(1L, SessionFigures::opened);
        stage.pass(Duration.ofMinutes(1));
        assertThat(database.count("BEGIN")).isEqualTo(1);
    }

    @Test
    void aSessionMustBeEndedAndHearThatThereIsNoTransaction() {
        database.hold("SELECT");
        TestSubscriber<Long> subscriber =
                subscribe(stage.transactions().sessionMono(connection -> update(connection, "SELECT")));

        assertThat(ended(subscriber))
                .hasMessageContaining(
                        "7000 ms; there is no transaction around it: what was answered has taken effect, what"
                                + " was running may have. Spent: ")
                .returns(null, TransactionTimeoutException::outcome);
    }

    @Test
    void aTimeLimitWithoutATransactionMustNotPromiseThatNothingIsDurable() {
        TestSubscriber<Long> subscriber = subscribe(stage.transactions()
                .direct(
                        TransactionOptions.defaults().named("look").timeout(Duration.ofSeconds(2)),
                        connection -> update(connection, "SELECT").then(Mono.never())));
        stage.pass(Duration.ofSeconds(2));

        assertThat(subscriber.expectTerminalError())
                .isInstanceOfSatisfying(
                        TransactionTimeoutException.class,
                        over -> assertThat(over.outcome()).isNull())
                .hasMessageStartingWith("look: not ended within 2000 ms; there is no transaction around it: ")
                .hasMessageContaining("Raise timeout(), or shorten what took longest.");
    }

    @Test
    void whatHadNoTransactionAndNoTimeMustNotLetATransactionRunAgain() {
        stage.dialect().classified((phase, error) -> FailureClass.SERIALIZATION);
        TestSubscriber<Long> subscriber = subscribe(stage.transactions()
                .mono(
                        TransactionOptions.defaults().retry(TransactionRetry.defaults()),
                        connection -> Mono.error(TransactionTimeoutException.withoutTransaction(
                                "elsewhere", LifePhase.ACTIVE, LIMIT, "elsewhere", "nothing"))));

        assertThat(subscriber.expectTerminalError()).isInstanceOf(TransactionTimeoutException.class);
        assertThat(database.count("BEGIN")).isEqualTo(1);
    }

    @Test
    void aConnectionThatNobodyClosesMustBeTakenBack() {
        Connection borrowed = borrow();
        TestSubscriber<Void> begun = subscribe(Mono.fromDirect(borrowed.beginTransaction()));
        database.hold("UPDATE");
        TestSubscriber<Long> running = subscribe(
                Flux.from(borrowed.createStatement("UPDATE").execute()).concatMap(result -> result.getRowsUpdated()));
        assertThat(begun.isTerminatedComplete()).isTrue();

        assertThat(ended(running)).returns(null, TransactionTimeoutException::outcome);
        assertThat(database.wire()).containsExactly("BEGIN", "UPDATE", "ROLLBACK");
        assertThat(subscribe(Mono.fromDirect(borrowed.beginTransaction())).expectTerminalError())
                .isInstanceOf(IllegalStateException.class);
        assertThat(subscribe(Mono.fromDirect(borrowed.close())).isTerminatedComplete())
                .isTrue();
        assertThat(stage.transactions().look()).isEmpty();
    }

    private Connection borrow() {
        return Objects.requireNonNull(
                subscribe(stage.transactions().connectionFactory().create())
                        .getReceivedOnNext()
                        .get(0));
    }

    @Test
    void whatIsInsideMustEndWithWhatIsAroundIt() {
        TestSubscriber<Long> subscriber = stage.run(connection -> stage.inner(
                Propagation.NESTED, nested -> update(nested, "UPDATE").then(Mono.never())));

        assertThat(ended(subscriber)).hasMessageStartingWith("transfer: ended by the watch");
        assertThat(stage.ends()).hasSize(1);
    }

    @Test
    void aCommitMustBeLeftItsLimit() {
        database.hold("COMMIT");
        TestSubscriber<Long> subscriber = stage.run(connection -> update(connection, "UPDATE"));
        stage.pass(LIMIT.plus(Duration.ofSeconds(1)));
        assertThat(subscriber.isTerminated()).isFalse();
        database.last("COMMIT").complete();

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(stage.ends()).containsExactly("COMMITTING COMMITTED");
    }

    @Test
    void whoeverGoesOnMustNotBeEnded() {
        TestSubscriber<Long> subscriber = stage.run(
                connection -> update(connection, "UPDATE").delayElement(BEFORE).then(update(connection, "UPDATE")));
        stage.pass(BEFORE);

        assertThat(subscriber.isTerminatedComplete()).isTrue();
    }

    /** The look is a moment old when it is acted upon. */
    @Test
    void whoHasGoneOnSinceItWasSeenMustNotBeEnded() {
        TestSubscriber<Long> subscriber = stage.run(connection -> Mono.never());
        stage.pass(Duration.ofSeconds(2));
        Running.Member member = stage.transactions().running().members().get(0);

        assertThat(member.tooLong(LifePhase.BEGINNING, Duration.ofSeconds(1))).isFalse();
        assertThat(member.tooLong(LifePhase.ACTIVE, Duration.ofSeconds(3))).isFalse();
        assertThat(subscriber.isTerminated()).isFalse();
        assertThat(member.tooLong(LifePhase.ACTIVE, Duration.ofSeconds(2))).isTrue();
        assertThat(subscriber.isTerminatedError()).isTrue();
    }

    @Test
    void whoIsEndedMustBeEndedAlsoIfNobodyIsNamed() {
        Stage silent = Stage.watched(WatchOptions.defaults().noWarnings().endAfter(LifePhase.ACTIVE, LIMIT));
        TestSubscriber<Long> subscriber = silent.run(connection -> Mono.never());
        silent.pass(LIMIT);

        assertThat(subscriber.expectTerminalError()).isInstanceOf(TransactionTimeoutException.class);
    }

    @Test
    void nobodyMustBeEndedIfThatIsNotAskedFor() {
        assertThat(List.of(
                        WatchOptions.defaults(),
                        WatchOptions.testing(),
                        WatchOptions.defaults().endAfter(LIMIT).neverEnd()))
                .noneMatch(WatchOptions::ends)
                .allMatch(options -> options.endLimit(LifePhase.ACTIVE) == null);
        WatchOptions some = WatchOptions.defaults().endAfter(LifePhase.ACTIVE, LIMIT);
        assertThat(some.endLimit(LifePhase.ACTIVE)).isEqualTo(LIMIT);
        assertThat(some.endLimit(LifePhase.ACQUIRING)).isNull();
        assertThat(some).isNotEqualTo(WatchOptions.defaults()).hasToString(some.toString());
        assertThat(some.toString()).contains("endAfter={ACTIVE=PT7S}");
    }

    @Test
    void aPhaseThatCannotBeEndedAndALimitThatIsNoneMustBeRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WatchOptions.defaults().endAfter(LifePhase.COMMITTING, LIMIT))
                .withMessage(
                        "endAfter needs one of the phases [ACQUIRING, BEGINNING, ACTIVE], but was COMMITTING; what comes"
                                + " behind them has limits of its own, see TimeLimits");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WatchOptions.defaults().endAfter(Duration.ZERO))
                .withMessage("endAfter must be > 0, but was PT0S for ACQUIRING; neverEnd() switches it off");
    }
}
