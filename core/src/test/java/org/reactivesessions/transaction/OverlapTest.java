package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.subscribe;
import static org.reactivesessions.transaction.Stage.update;

import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.dialect.CommitAnswer;
import org.reactivesessions.dialect.FailureClass;
import org.reactivesessions.error.CommitOutcomeUnknownException;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.TransactionTimeoutException;
import org.reactivesessions.pool.PoolStatus;
import org.reactivesessions.scripted.OverlappingGuard;
import org.reactivesessions.scripted.ScriptedDatabase;
import reactor.core.publisher.Mono;
import reactor.test.subscriber.TestSubscriber;

/** Two transactions on one connection: the COMMIT of the first is held, and the second is behind it. */
class OverlapTest {

    private static final String BEHIND = "BEGIN BEHIND COMMIT";
    private static final PoolStatus DESTROYED = new PoolStatus(0, 0, 0, 0, 1, 0, 0);
    private static final Duration CONTROL = Duration.ofSeconds(5);
    private static final Duration COMMIT = Duration.ofSeconds(30);

    @RegisterExtension
    final Stage stage = Stage.overlapping();

    private final ScriptedDatabase database = stage.database();
    private final IllegalStateException refused = new IllegalStateException("refused");
    private TestSubscriber<Long> first;
    private TestSubscriber<Long> second;

    @BeforeEach
    void putTheSecondBehindTheFirst() {
        database.hold("UPDATE first", "COMMIT", BEHIND, "UPDATE second");
        first = run("first", TransactionOptions.defaults());
        second = run("second", TransactionOptions.defaults());
        assertThat(stage.source().status().pending()).isEqualTo(1);
    }

    private TestSubscriber<Long> run(String name, TransactionOptions options) {
        return subscribe(
                stage.transactions().mono(options.named(name), connection -> update(connection, "UPDATE " + name)));
    }

    private void commitFirst() {
        database.last("UPDATE first").complete();
        assertThat(database.wire()).containsExactly("BEGIN", "UPDATE first", "COMMIT", BEHIND, "UPDATE second");
        assertThat(stage.source().status()).isEqualTo(new PoolStatus(1, 0, 0, 1, 1, 0, 0));
        assertThat(first.isTerminated()).as("before COMMIT is answered").isFalse();
        assertThat(stage.ends()).noneMatch(end -> end.startsWith("COMMITTING"));
    }

    private void finishSecond() {
        database.last(BEHIND).complete();
        database.letPass("COMMIT");
        database.last("UPDATE second").complete();
        assertThat(second.isTerminatedComplete()).isTrue();
        assertThat(second.getReceivedOnNext()).containsExactly(0L);
        assertThat(stage.source().status()).isEqualTo(new PoolStatus(0, 1, 0, 1, 1, 0, 0));
    }

    @Test
    void bothMustCommitEachWithItsOwnAnswer() {
        commitFirst();
        database.last("COMMIT").complete();

        assertThat(first.getReceivedOnNext()).containsExactly(0L);
        assertThat(first.isTerminatedComplete()).isTrue();
        assertThat(stage.ends()).containsExactly("COMMITTING COMMITTED");
        assertThat(stage.source().status().acquired()).isEqualTo(1);

        finishSecond();
        assertThat(stage.ends()).containsExactly("COMMITTING COMMITTED", "COMMITTING COMMITTED");
    }

    @Test
    void aCommitThatIsRefusedMustNotTouchTheOther() {
        stage.dialect().commitAnswer(error -> CommitAnswer.REFUSED);
        commitFirst();
        database.last("COMMIT").fail(refused);

        assertThat(first.expectTerminalError()).isSameAs(refused);
        assertThat(stage.ends()).containsExactly("COMMITTING ROLLED_BACK refused");
        finishSecond();
        assertThat(database.wire()).doesNotContain("ROLLBACK", "CLOSE");
    }

    @Test
    void aCommitThatIsNotAnsweredMustEndAtItsOwnLimitAndTakeTheOtherWithIt() {
        commitFirst();
        TestSubscriber<Long> third = run("third", TransactionOptions.defaults());
        stage.pass(COMMIT.minusMillis(1));
        assertThat(first.isTerminated()).isFalse();
        assertThat(database.wire()).doesNotContain("CLOSE");

        stage.pass(Duration.ofMillis(1));

        assertThat(first.expectTerminalError()).isInstanceOf(CommitOutcomeUnknownException.class);
        assertThat(second.expectTerminalError()).isInstanceOf(DatabaseUnavailableException.class);
        assertThat(third.expectTerminalError()).isInstanceOf(DatabaseUnavailableException.class);
        assertThat(stage.ends()).anyMatch(end -> end.startsWith("COMMITTING IN_DOUBT"));
        assertThat(stage.ends()).filteredOn(end -> end.contains("NOT_STARTED")).hasSize(2);
        assertThat(stage.source().status()).isEqualTo(new PoolStatus(0, 0, 0, 0, 1, 0, 2));
        database.letPass("COMMIT");
    }

    @Test
    void aConnectionThatIsLostMustMakeOneDoubtfulAndTheOtherNotStarted() {
        stage.dialect().classified(FailureClass.OUTAGE, error -> error instanceof R2dbcNonTransientResourceException);
        commitFirst();
        database.connection(0).lose();

        assertThat(first.expectTerminalError()).isInstanceOf(CommitOutcomeUnknownException.class);
        assertThat(second.expectTerminalError())
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("BEGIN was not answered");
        assertThat(stage.ends())
                .satisfiesExactly(
                        end -> assertThat(end).startsWith("COMMITTING IN_DOUBT"),
                        end -> assertThat(end).startsWith("BEGINNING NOT_STARTED"));
        assertThat(stage.source().status()).isEqualTo(DESTROYED);
    }

    @Test
    void theLimitOfBeginMustStartWithTheAnswerToCommit() {
        commitFirst();
        stage.pass(CONTROL.minusMillis(1));
        database.last("COMMIT").complete();
        stage.pass(CONTROL.minusMillis(1));
        assertThat(second.isTerminated()).isFalse();

        stage.pass(Duration.ofMillis(1));

        assertThat(second.expectTerminalError())
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("BEGIN was not answered within 5000 ms");
        assertThat(first.isTerminatedComplete()).isTrue();
        assertThat(stage.source().status()).isEqualTo(DESTROYED);
    }

    /** As if it still waited for a connection, which it does. */
    @Test
    void whoWaitsForTheAnswerTooLongMustHearItAtOnceAndBeUndoneLater() {
        commitFirst();
        stage.pass(CONTROL);

        assertThat(second.expectTerminalError())
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageStartingWith("second: no connection within 5000 ms");
        assertThat(first.isTerminated()).isFalse();
        assertUndoneBehindTheAnswer(1);
    }

    @Test
    void aCancelMustWaitForTheAnswerWithWhatItSends() {
        commitFirst();
        second.cancel();
        assertUndoneBehindTheAnswer(0);
    }

    @Test
    void anErrorOfTheFunctionMustWaitForTheAnswerWithWhatItSends() {
        TestSubscriber<Long> third = TestSubscriber.create();
        second.cancel();
        stage.transactions()
                .mono(TransactionOptions.defaults(), connection -> Mono.<Long>error(refused))
                .subscribe(third);
        database.last("UPDATE first").complete();
        assertThat(third.isTerminated()).isFalse();

        database.last("COMMIT").complete();
        database.last(BEHIND).complete();

        assertThat(third.expectTerminalError()).isSameAs(refused);
        assertThat(database.wire()).containsExactly("BEGIN", "UPDATE first", "COMMIT", BEHIND, "ROLLBACK");
    }

    @Test
    void theTimeOfAWholeTransactionMustGoOn() {
        second.cancel();
        second = run("second", TransactionOptions.defaults().timeout(Duration.ofSeconds(1)));
        commitFirst();
        stage.pass(Duration.ofSeconds(1));

        assertThat(second.expectTerminalError()).isInstanceOf(TransactionTimeoutException.class);
        assertUndoneBehindTheAnswer(0);
    }

    private void assertUndoneBehindTheAnswer(int timeouts) {
        assertThat(database.wire()).containsExactly("BEGIN", "UPDATE first", "COMMIT", BEHIND, "UPDATE second");
        assertThat(stage.isQuiet()).isFalse();

        database.last("COMMIT").complete();
        assertThat(first.isTerminatedComplete()).isTrue();
        database.last(BEHIND).complete();

        assertThat(database.wire()).endsWith("UPDATE second", "ROLLBACK");
        assertThat(stage.ends()).contains("COMMITTING COMMITTED");
        assertThat(stage.source().status()).isEqualTo(new PoolStatus(0, 1, 0, 1, 1, 0, timeouts));
    }

    /** Its cancel came when nobody could take the connection back any more. */
    @Test
    void whoLeavesWhileHeIsGivenTheConnectionMustNotCostTheOtherItsAnswer() {
        second.cancel();
        List<Runnable> once = new ArrayList<>();
        TestSubscriber<Long> leaving = TestSubscriber.create();
        stage.transactions()
                .mono(TransactionOptions.defaults(), connection -> Mono.just(1L))
                .subscribe(leaving);
        once.add(leaving::cancel);
        stage.dialect().onGuard(() -> {
            if (stage.source().status().pending() == 0 && !once.isEmpty()) {
                once.remove(0).run();
            }
        });
        database.last("UPDATE first").complete();
        assertThat(once).as("cancels to come").isEmpty();
        assertThat(database.wire()).containsExactly("BEGIN", "UPDATE first", "COMMIT");
        assertThat(database.connection(0).isOpen()).isTrue();
        stage.pass(COMMIT.minusMillis(1));
        assertThat(stage.isQuiet()).as("nobody waits for the connection").isFalse();

        database.last("COMMIT").complete();

        assertThat(first.isTerminatedComplete()).isTrue();
        assertThat(stage.ends()).contains("COMMITTING COMMITTED");
        assertThat(stage.source().status()).isEqualTo(new PoolStatus(0, 1, 0, 1, 1, 0, 0));
    }

    @Test
    void aBeginThatFindsTheOtherStillOpenMustCostTheConnection() {
        stage.dialect().guard(new OverlappingGuard(false));
        commitFirst();
        database.last("COMMIT").complete();
        database.last(BEHIND).complete();

        assertThat(second.expectTerminalError()).hasMessageContaining("found the transaction before it still open");
        assertThat(stage.source().status()).isEqualTo(DESTROYED);
    }
}
