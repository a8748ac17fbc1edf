package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I1;
import static org.reactivesessions.postgres.matrix.Invariant.I2;
import static org.reactivesessions.postgres.matrix.Invariant.I3;
import static org.reactivesessions.postgres.matrix.Invariant.I4;
import static org.reactivesessions.postgres.matrix.Invariant.I5;
import static org.reactivesessions.postgres.matrix.Invariant.I6;
import static org.reactivesessions.postgres.matrix.Invariant.I8;
import static org.reactivesessions.postgres.matrix.Invariant.I9;

import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.error.CommitOutcomeUnknownException;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TimeLimits;
import reactor.core.publisher.Mono;

/** Faults while COMMIT is on the wire. */
class CommitRowsIT extends FaultRows {

    private static final Duration COMMIT = Duration.ofSeconds(2);

    private final Rule rollbacks = proxy().watch(Frames.ROLLBACK);

    CommitRowsIT(TestDatabase database) {
        super(database, settings -> settings.limits(new TimeLimits(ServerFixture.PATIENCE, COMMIT)));
    }

    @FaultRow(
            value = 46,
            invariants = {I2, I3, I4, I6, I8, I9})
    @ParameterizedTest
    @ValueSource(
            strings = {"23503", "23505", "23514", "40001", "40P01", "53100", "57014", "57P01", "08006", "25P02", "P0001"
            })
    void anErrorAtCommitMustRollBackWhateverItsCode(String state) {
        int before = backend();
        AtCommit.raise(fixture(), state);
        Operation operation = start(session -> Mono.just("done"));

        assertThat(operation.await().error())
                .asInstanceOf(InstanceOfAssertFactories.type(R2dbcException.class))
                .extracting(R2dbcException::getSqlState)
                .isEqualTo(state);
        check().verdict(operation, TransactionOutcome.ROLLED_BACK);
        check().nothingDurable(operation);
        check().appliedAtMostOnce(operation);
        check().oneTerminal(operation);
        check().poolIsWhole();
        check().nextBorrowerIsClean();
        assertThat(backend()).as("backend").isEqualTo(before);
        assertThat(rollbacks.hits()).as("ROLLBACK sent").isZero();
    }

    private void nothingMustHaveBeenSentBehindCommit() {
        assertThat(rollbacks.hits()).as("ROLLBACK sent").isZero();
        assertThat(proxy().cancelRequests()).as("requests to cancel").isZero();
    }

    private void mustBeCommitted(Operation operation, int before) {
        check().verdict(operation, TransactionOutcome.COMMITTED);
        check().acknowledgedOnlyIfDurable(operation);
        assertThat(operation.effects()).isEqualTo(1);
        check().poolIsWhole();
        check().nextBorrowerIsClean();
        assertThat(backend()).as("backend").isEqualTo(before);
        nothingMustHaveBeenSentBehindCommit();
    }

    @FaultRow(
            value = 47,
            invariants = {I1, I3, I5, I6, I8})
    @Test
    void aCancelDuringCommitMustLeaveItAloneAndTellTheListener() {
        int before = backend();
        try (ServerLatch latch = ServerLatch.close(fixture())) {
            AtCommit.await(fixture(), latch);
            Operation operation = start(session -> Mono.just("done"));
            latch.awaitCommit();
            operation.cancel();
            latch.open();
            check().placeBackWithin(COMMIT, System.nanoTime());

            assertThat(operation.signals()).isEmpty();
            mustBeCommitted(operation, before);
        }
    }

    @FaultRow(
            value = 47,
            invariants = {I1, I3, I5, I6, I8})
    @Test
    void aTimeThatIsOverDuringCommitMustLeaveItAloneAndTellTheTruth() {
        int before = backend();
        Duration limit = Duration.ofMillis(500);
        try (ServerLatch latch = ServerLatch.close(fixture())) {
            AtCommit.await(fixture(), latch);
            Operation operation = start(DEFAULTS.timeout(limit), session -> Mono.just("done"));
            latch.awaitCommit();
            Mono.delay(limit).block(ServerFixture.PATIENCE); // its time, which begins before COMMIT, is over
            assertThat(operation.signals()).isEmpty();
            latch.open();

            check().heardWithin(COMMIT, operation);
            assertThat(operation.signals()).containsExactly("value done", "completion");
            mustBeCommitted(operation, before);
        }
    }

    /** The subscriber stays. */
    @FaultRow(
            value = 47,
            invariants = {I1, I3, I5, I6, I8})
    @Test
    void aCommitThatIsNotAnsweredInTimeMustBeInDoubtAndItsConnectionClosed() {
        int before = backend();
        try (ServerLatch latch = ServerLatch.close(fixture())) {
            AtCommit.await(fixture(), latch);
            Operation operation = start(session -> Mono.just("done"));
            latch.awaitCommit();
            check().heardWithin(COMMIT, operation);
            check().placeBackWithin(Duration.ZERO, System.nanoTime());
            assertThat(operation.error()).isInstanceOf(CommitOutcomeUnknownException.class);
            assertThat(fixture().sessions().poolStatus().allocated()).isZero();
            mustBeInDoubt(operation, before, latch);
        }
    }

    /** Nobody is left to hear it but the listener. */
    @FaultRow(
            value = 47,
            invariants = {I1, I3, I5, I6, I8})
    @Test
    void aCommitCancelledAndNotAnsweredInTimeMustBeInDoubtForTheListener() {
        int before = backend();
        try (ServerLatch latch = ServerLatch.close(fixture())) {
            AtCommit.await(fixture(), latch);
            Operation operation = start(session -> Mono.just("done"));
            latch.awaitCommit();
            operation.cancel();
            check().placeBackWithin(COMMIT, System.nanoTime());
            mustBeInDoubt(operation, before, latch);
        }
    }

    private void mustBeInDoubt(Operation operation, int before, ServerLatch latch) {
        check().verdict(operation, TransactionOutcome.IN_DOUBT);
        check().acknowledgedOnlyIfDurable(operation);
        nothingMustHaveBeenSentBehindCommit();
        latch.open();
        AtCommit.run(fixture(), "NULL");
        check().poolIsWhole();
        check().nextBorrowerIsClean();
        assertThat(backend()).as("backend").isNotEqualTo(before);
    }
}
