package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.subscribe;

import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.error.AfterCommitException;
import org.reactivesessions.error.CommitOutcomeUnknownException;
import org.reactivesessions.error.FailureKind;
import org.reactivesessions.error.SessionsClosedException;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.scripted.Logs;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivesessions.wire.GatedConnection;
import reactor.core.publisher.Mono;
import reactor.test.subscriber.TestSubscriber;
import reactor.util.context.ContextView;

/** What becomes of whatever is under way when the sessions are closed. */
class DrainTest {

    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final Duration CONTROL = Duration.ofSeconds(5);
    private static final Duration COMMIT = Duration.ofSeconds(30);

    @RegisterExtension
    final Stage stage = new Stage();

    private final ScriptedDatabase database = stage.database();

    private TestSubscriber<Long> update() {
        return stage.run(connection -> Stage.update(connection, "UPDATE"));
    }

    private TestSubscriber<Void> close() {
        return subscribe(stage.transactions().close(GRACE));
    }

    private static SessionsClosedException closedOf(TestSubscriber<?> subscriber) {
        return (SessionsClosedException) subscriber.expectTerminalError();
    }

    // ---------------------------------------------------------------- whoever comes later

    @Test
    void whoComesLaterMustHearWhenAndByWhomAndWhere() {
        stage.pass(Duration.ofSeconds(90));
        closeFromHere();
        subscribe(stage.transactions().close(GRACE)); // which changes nothing

        Throwable late = update().expectTerminalError();
        assertThat(late)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "transfer: these sessions were closed at 1970-01-01T00:01:30Z by thread \""
                                + Thread.currentThread().getName()
                                + "\"; nothing was sent. Close them only after their last user; the cause shows where it was done.");
        assertThat(Objects.requireNonNull(late.getCause()).getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("closeFromHere"));
        assertThat(subscribe(stage.transactions().connectionFactory().create()).expectTerminalError())
                .hasMessageStartingWith("session: these sessions were closed at 1970-01-01T00:01:30Z");
        assertThat(subscribe(stage.transactions().sessionMono(connection -> Mono.just(1L)))
                        .expectTerminalError())
                .hasMessageStartingWith("session: these sessions were closed at");
        assertThat(database.opened()).isZero();
        assertThat(stage.ends()).singleElement().asString().startsWith("ACQUIRING NOT_STARTED transfer: these");
    }

    private void closeFromHere() {
        assertThat(close().isTerminatedComplete()).isTrue();
    }

    @Test
    void aRefusalMustNotBeTriedAgainWhateverARetrySays() {
        close();
        TransactionRetry anything = TransactionRetry.defaults().onConnectionLoss(true);
        TestSubscriber<Long> late = subscribe(stage.transactions()
                .mono(TransactionOptions.defaults().retry(anything), connection -> Stage.update(connection, "UPDATE")));

        assertThat(late.expectTerminalError()).isInstanceOf(IllegalStateException.class);
        assertThat(stage.events()).isEmpty();
    }

    // ---------------------------------------------------------------- within the grace

    @Test
    void whoWaitsForAConnectionMustGetOneWithinTheGrace() {
        database.hold("UPDATE");
        TestSubscriber<Long> running = update();
        TestSubscriber<Long> waiting = stage.run(connection -> Stage.update(connection, "SECOND"));
        TestSubscriber<Void> closing = close();
        database.last("UPDATE").complete();

        assertThat(running.isTerminatedComplete()).isTrue();
        assertThat(waiting.isTerminatedComplete()).isTrue();
        assertThat(closing.isTerminatedComplete()).isTrue();
    }

    @Test
    void aCancelOfCloseMustUndoNothing() {
        database.hold("UPDATE");
        TestSubscriber<Long> running = update();
        TestSubscriber<Void> leaving = close();
        leaving.cancel();
        TestSubscriber<Void> staying = close();
        stage.pass(GRACE);

        assertThat(closedOf(running).outcome()).isEqualTo(TransactionOutcome.ROLLED_BACK);
        assertThat(staying.isTerminatedComplete()).isTrue();
    }

    // ---------------------------------------------------------------- after the grace

    @Test
    void whoWaitsForAConnectionMustNotBeStarted() {
        database.hold("CONNECT");
        TestSubscriber<Long> waiting = update();
        TestSubscriber<Void> closing = subscribe(stage.transactions().close(Duration.ofSeconds(1)));
        stage.pass(Duration.ofSeconds(1));

        assertThat(closedOf(waiting).outcome()).isEqualTo(TransactionOutcome.NOT_STARTED);
        assertThat(closedOf(waiting).kind()).isEqualTo(FailureKind.CLOSED);
        assertThat(closedOf(waiting))
                .hasMessageMatching(
                        "transfer: ended in ACQUIRING; these sessions were closed at .* by thread \".*\","
                                + " and the grace of 1000 ms is over. It was not started, nothing of it is durable. Raise"
                                + " closeGrace\\(\\), or end the work before close\\(\\). \\(help: troubleshooting.md#closed\\)")
                .hasRootCauseInstanceOf(Closure.Where.class);
        assertThat(closing.isTerminatedComplete()).isTrue();
        assertThat(stage.ends()).singleElement().asString().startsWith("ACQUIRING NOT_STARTED transfer: ended");
        database.last("CONNECT").complete();
    }

    @Test
    void whoWaitsMustNotGetWhatIsGivenBackAtTheEndOfTheGrace() {
        database.hold("UPDATE");
        TestSubscriber<Long> running = update();
        TestSubscriber<Long> waiting = stage.run(connection -> Stage.update(connection, "SECOND"));
        TestSubscriber<Void> closing = subscribe(stage.transactions().close(Duration.ZERO));

        assertThat(closedOf(running).outcome()).isEqualTo(TransactionOutcome.ROLLED_BACK);
        assertThat(closedOf(waiting).outcome()).isEqualTo(TransactionOutcome.NOT_STARTED);
        assertThat(database.wire()).containsExactly("BEGIN", "UPDATE", "ROLLBACK");
        assertThat(closing.isTerminatedComplete()).isTrue();
    }

    @Test
    void whatRunsMustHearAtOnceAndCloseMustWaitForItsRollback() {
        database.hold("UPDATE", "ROLLBACK");
        TestSubscriber<Long> running = update();
        TestSubscriber<Void> closing = close();
        stage.pass(GRACE.minusMillis(1));
        assertThat(running.isTerminated()).isFalse();
        stage.pass(Duration.ofMillis(1));

        assertThat(closedOf(running).outcome()).isEqualTo(TransactionOutcome.ROLLED_BACK);
        assertThat(closedOf(running))
                .hasMessageStartingWith("transfer: ended while it was running: UPDATE; these sessions were closed at ")
                .hasMessageContaining("It is rolled back, nothing of it is durable.");
        assertThat(database.last("UPDATE").isCancelled()).isTrue();
        assertThat(closing.isTerminated()).isFalse();
        database.last("ROLLBACK").complete();
        assertThat(closing.isTerminatedComplete()).isTrue();
        assertThat(stage.ends()).singleElement().asString().startsWith("ACTIVE ROLLED_BACK transfer: ended while");
    }

    @Test
    void aGraceOfZeroMustEndAtOnce() {
        database.hold("UPDATE");
        TestSubscriber<Long> running = update();
        TestSubscriber<Void> closing = subscribe(stage.transactions().close(Duration.ZERO));

        assertThat(closedOf(running).outcome()).isEqualTo(TransactionOutcome.ROLLED_BACK);
        assertThat(closing.isTerminatedComplete()).isTrue();
    }

    @Test
    void aBeginThatIsUnderWayMustBeAnsweredAndUndone() {
        database.hold("BEGIN");
        TestSubscriber<Long> beginning = update();
        TestSubscriber<Void> closing = subscribe(stage.transactions().close(Duration.ZERO));

        assertThat(closedOf(beginning).outcome()).isEqualTo(TransactionOutcome.NOT_STARTED);
        assertThat(closing.isTerminated()).isFalse();
        database.last("BEGIN").complete();
        assertThat(database.wire()).containsExactly("BEGIN", "ROLLBACK");
        assertThat(closing.isTerminatedComplete()).isTrue();
    }

    @Test
    void aCommitMustNeitherBeUndoneNorLeft() {
        database.hold("COMMIT");
        TestSubscriber<Long> committing = update();
        TestSubscriber<Void> closing = subscribe(stage.transactions().close(Duration.ZERO));
        stage.pass(COMMIT.minusMillis(1));
        assertThat(committing.isTerminated()).isFalse();
        assertThat(closing.isTerminated()).isFalse();
        database.last("COMMIT").complete();

        assertThat(committing.isTerminatedComplete()).isTrue();
        assertThat(closing.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", "UPDATE", "COMMIT");
    }

    @Test
    void aCommitThatIsNotAnsweredMustBeInDoubtAtItsOwnLimit() {
        database.hold("COMMIT");
        TestSubscriber<Long> committing = update();
        TestSubscriber<Void> closing = subscribe(stage.transactions().close(Duration.ZERO));
        stage.pass(COMMIT);

        assertThat(committing.expectTerminalError()).isInstanceOf(CommitOutcomeUnknownException.class);
        assertThat(closing.isTerminatedComplete()).isTrue();
    }

    @Test
    void aSessionWithoutATransactionMustClaimNoOutcome() {
        database.hold("SELECT");
        TestSubscriber<Long> running =
                subscribe(stage.transactions().sessionMono(connection -> Stage.update(connection, "SELECT")));
        TestSubscriber<Void> closing = subscribe(stage.transactions().close(Duration.ZERO));

        assertThat(closedOf(running).outcome()).isNull();
        assertThat(closedOf(running))
                .hasMessageStartingWith("session: ended while it was running: SELECT; ")
                .hasMessageContaining("what was answered has taken effect, what was running may have");
        assertThat(closing.isTerminatedComplete()).isTrue();
    }

    @Test
    void whatIsInsideMustEndWithWhatIsAround() {
        database.hold("INNER");
        TestSubscriber<Long> outer =
                stage.run(connection -> stage.inner(Propagation.NESTED, inner -> Stage.update(inner, "INNER"))
                        .onErrorComplete());
        TestSubscriber<Void> closing = subscribe(stage.transactions().close(Duration.ZERO));

        assertThat(closedOf(outer).session()).isEqualTo("transfer");
        assertThat(closing.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).endsWith("ROLLBACK").doesNotContain("COMMIT");
    }

    @Test
    void whatHasPassedEveryLimitMustNotBeWaitedFor() {
        TestSubscriber<Long> running =
                subscribe(stage.transactions().mono(TransactionOptions.defaults(), connection -> {
                    return Mono.deferContextual(context -> {
                        scopeIn(context).afterCommit(() -> Mono.delay(Duration.ofHours(1)));
                        return Mono.just(1L);
                    });
                }));
        TestSubscriber<Void> closing = subscribe(stage.transactions().close(Duration.ZERO));
        stage.pass(COMMIT.plus(CONTROL.multipliedBy(4)));
        assertThat(closing.isTerminated()).isFalse();
        try (Logs logs = Logs.listen()) {
            stage.pass(Duration.ofSeconds(1));
            assertThat(logs.lines()).anyMatch(line -> line.endsWith("going on without them: transaction"));
        }

        assertThat(closing.isTerminatedComplete()).isTrue();
        stage.pass(Duration.ofHours(1));
        assertThat(running.isTerminatedComplete()).isTrue();
    }

    @Test
    void aHookMayUseTheSessionsWithinTheGraceAndNotAfterIt() {
        database.hold("COMMIT");
        TestSubscriber<Long> first = withHook();
        TestSubscriber<Void> closing = close();
        database.letPass("COMMIT").last("COMMIT").complete();

        assertThat(first.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).endsWith("BEGIN", "HOOK", "COMMIT");
        assertThat(closing.isTerminatedComplete()).isTrue();
    }

    @Test
    void aHookAfterTheGraceMustHearThatItIsTooLate() {
        database.hold("COMMIT");
        TestSubscriber<Long> first = withHook();
        subscribe(stage.transactions().close(Duration.ZERO));
        database.letPass("COMMIT").last("COMMIT").complete();

        assertThat(first.expectTerminalError())
                .isInstanceOf(AfterCommitException.class)
                .hasRootCauseInstanceOf(Closure.Where.class);
    }

    private Scope<GatedConnection> scopeIn(ContextView context) {
        return Objects.requireNonNull(stage.transactions().outer(context));
    }

    private TestSubscriber<Long> withHook() {
        return stage.run(connection -> Mono.deferContextual(context -> {
            scopeIn(context).afterCommit(() -> stage.mono(hook -> Stage.update(hook, "HOOK")));
            return Stage.update(connection, "UPDATE");
        }));
    }
}
