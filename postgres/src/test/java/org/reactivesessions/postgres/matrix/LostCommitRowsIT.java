package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I1;
import static org.reactivesessions.postgres.matrix.Invariant.I2;
import static org.reactivesessions.postgres.matrix.Invariant.I3;
import static org.reactivesessions.postgres.matrix.Invariant.I4;
import static org.reactivesessions.postgres.matrix.Invariant.I6;
import static org.reactivesessions.postgres.matrix.Invariant.I8;
import static org.reactivesessions.postgres.matrix.Invariant.I9;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.error.CommitOutcomeUnknownException;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TimeLimits;
import org.reactivesessions.transaction.TransactionOptions;
import org.reactivesessions.transaction.TransactionRetry;
import reactor.core.publisher.Mono;

/** COMMITs that are not answered, of transactions that leave a marker. */
class LostCommitRowsIT extends FaultRows {

    private static final Duration COMMIT = Duration.ofSeconds(3);
    private static final TransactionOptions RETRIED = MARKED.retry(TransactionRetry.defaults());

    private final List<String> hooks = new CopyOnWriteArrayList<>();
    private final Rule resolutions = proxy().watch(Frames.RESOLUTION);

    LostCommitRowsIT(TestDatabase database) {
        super(database, settings -> settings.limits(new TimeLimits(ServerFixture.PATIENCE, COMMIT)));
        installMarkers();
    }

    private Operation start(TransactionOptions options) {
        return start(options, session -> {
            session.afterCommit(() -> Mono.fromRunnable(() -> hooks.add("committed " + session.attempt())));
            session.afterRollback(() -> Mono.fromRunnable(() -> hooks.add("rolled back " + session.attempt())));
            return Mono.just("done");
        });
    }

    private void mustBe(TransactionOutcome outcome, Operation operation) {
        check().verdict(operation, outcome);
        check().acknowledgedOnlyIfDurable(operation);
        check().undoneOnlyIfAbsent(operation);
        check().appliedAtMostOnce(operation);
        check().oneTerminal(operation);
        check().poolIsWhole();
        check().nextBorrowerIsClean();
    }

    private void mustBeRolledBack(Operation operation) {
        assertThat(operation.await().error()).isInstanceOf(DatabaseUnavailableException.class);
        mustBe(TransactionOutcome.ROLLED_BACK, operation);
        check().nothingDurable(operation); // when others have had the connections, too
        assertThat(resolutions.hits()).as("questions").isPositive();
        assertThat(hooks).containsExactly("rolled back 1");
    }

    private void mustBeCommitted(Operation operation, String... hooksRun) {
        operation.await();
        assertThat(operation.signals()).containsExactly("value done", "completion");
        mustBe(TransactionOutcome.COMMITTED, operation);
        assertThat(operation.effects()).isEqualTo(1);
        assertThat(resolutions.hits()).as("questions").isPositive();
        assertThat(hooks).containsExactly(hooksRun);
    }

    @FaultRow(
            value = 40,
            invariants = {I1, I2, I3, I4, I6, I8, I9})
    @ParameterizedTest(name = "its marker is lost as well: {0}")
    @ValueSource(booleans = {true, false})
    void aCommitThatDoesNotArriveMustBeRolledBack(boolean withMarker) {
        proxy().cut((withMarker ? Frames.MARKER : Frames.COMMIT).nth(1));

        mustBeRolledBack(start(MARKED));
    }

    @FaultRow(
            value = 40,
            invariants = {I1, I2, I3, I4, I6, I8, I9})
    @Test
    void aCommitThatDoesNotArriveMustBeRunAgainIfAskedFor() {
        proxy().cut(Frames.COMMIT.nth(1));

        mustBeCommitted(start(RETRIED), "rolled back 1", "committed 2");
        assertThat(fixture().repeats())
                .extracting(ServerFixture.Repeated::outcome)
                .containsExactly(TransactionOutcome.ROLLED_BACK);
    }

    @FaultRow(
            value = 40,
            invariants = {I1, I2, I3, I4, I6, I8, I9})
    @ParameterizedTest(name = "to be run again: {0}")
    @ValueSource(booleans = {true, false})
    void withoutAMarkerACommitThatDoesNotArriveMustStayInDoubt(boolean retried) {
        proxy().cut(Frames.COMMIT.nth(1));

        Operation operation = start(retried ? DEFAULTS.retry(TransactionRetry.defaults()) : DEFAULTS);
        assertThat(operation.await().error()).isInstanceOf(CommitOutcomeUnknownException.class);
        mustBe(TransactionOutcome.IN_DOUBT, operation);
        check().nothingDurable(operation);
        assertThat(operation.calls()).isEqualTo(1);
        assertThat(resolutions.hits()).as("questions").isZero();
    }

    @FaultRow(
            value = 41,
            invariants = {I1, I2, I3, I4, I6, I8, I9})
    @ParameterizedTest(name = "reset: {0}")
    @ValueSource(booleans = {true, false})
    void anAnswerThatIsLostMustBeCommittedAndNotRunAgain(boolean reset) {
        FrameMatch answer = Frames.COMMIT_ANSWER.nth(1);
        if (reset) {
            proxy().reset(answer);
        } else {
            proxy().cut(answer);
        }

        Operation operation = start(RETRIED);
        mustBeCommitted(operation, "committed 1");
        assertThat(operation.calls()).isEqualTo(1);
    }

    /** It was kept on its way, with its marker, until the outcome had been reported. */
    @FaultRow(
            value = 42,
            invariants = {I1, I2, I3, I4, I6, I8, I9})
    @ParameterizedTest(name = "run again: {0}")
    @ValueSource(booleans = {true, false})
    void aCommitThatComesAfterTheVerdictMustFail(boolean retried) {
        Rule marker = proxy().hold(Frames.MARKER.nth(1));
        Rule refused = proxy().watch(FrameMatch.fromServer('E').containing("C23505"));
        Rule undone = proxy().watch(Frames.COMMIT_ANSWER.containing("ROLLBACK"));
        Operation operation = start(retried ? RETRIED : MARKED);
        proxy().outliveClients(); // this one gives up when its time for COMMIT is over
        check().verdict(operation, retried ? TransactionOutcome.COMMITTED : TransactionOutcome.ROLLED_BACK);
        assertThat(List.of(refused.hits(), undone.hits())).containsExactly(0, 0);
        marker.release();

        refused.awaitHit(ServerFixture.PATIENCE);
        undone.awaitHit(ServerFixture.PATIENCE);
        if (retried) {
            mustBeCommitted(operation, "rolled back 1", "committed 2");
        } else {
            mustBeRolledBack(operation);
        }
    }

    /** Its marker has arrived, so there is no verdict before it has: nobody can tell what it will bring. */
    @FaultRow(
            value = 42,
            invariants = {I1, I2, I3, I4, I6, I8, I9})
    @Test
    void aCommitThatComesWhileItIsAskedForMustBeWaitedFor() {
        String waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND wait_event_type = 'Lock' AND query LIKE '%resolve%'";
        Rule commit = proxy().hold(Frames.COMMIT.nth(1));
        Rule marked = proxy().watch(Frames.MARKER_ANSWER.nth(1));
        Operation operation = start(RETRIED);
        commit.awaitHit(ServerFixture.PATIENCE);
        marked.awaitHit(
                ServerFixture.PATIENCE); // before, a question would find no marker and make the transaction fail
        proxy().resetClients();
        Patience.until("nobody asks", () -> fixture().number(waiting) > 0);
        assertThat(operation.isOver()).isFalse();
        commit.release();

        mustBeCommitted(operation, "committed 1");
        assertThat(operation.calls()).isEqualTo(1);
    }

    @FaultRow(
            value = 43,
            invariants = {I1, I2, I3, I4, I6, I8, I9})
    @Test
    void aBackendThatDiesBeforeTheCommitRecordMustHaveRolledBack() {
        Rule fatal =
                proxy().watch(FrameMatch.fromServer('E').answering("^COMMIT").containing("C57P01"));
        AtCommit.run(fixture(), "PERFORM pg_terminate_backend(pg_backend_pid())");

        Operation operation = start(MARKED);
        fatal.awaitHit(ServerFixture.PATIENCE);
        mustBeRolledBack(operation);
    }
}
