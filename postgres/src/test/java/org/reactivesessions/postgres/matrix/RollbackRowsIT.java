package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I2;
import static org.reactivesessions.postgres.matrix.Invariant.I3;
import static org.reactivesessions.postgres.matrix.Invariant.I5;
import static org.reactivesessions.postgres.matrix.Invariant.I6;
import static org.reactivesessions.postgres.matrix.Invariant.I8;
import static org.reactivesessions.postgres.matrix.Invariant.I9;

import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.postgres.hygiene.ExpectsDrops;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TimeLimits;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Faults while a transaction is undone. */
@ExpectsDrops // the driver drops what it has buffered when it is closed with a command unanswered
class RollbackRowsIT extends FaultRows {

    private static final Duration CONTROL = Duration.ofMillis(500);

    RollbackRowsIT(TestDatabase database) {
        super(database, settings -> settings.limits(new TimeLimits(CONTROL, ServerFixture.PATIENCE)));
    }

    @FaultRow(
            value = 49,
            invariants = {I2, I3, I6, I8, I9})
    @Test
    void aConnectionResetUnderRollbackMustKeepTheErrorAndSuppressTheLoss() {
        IllegalStateException mine = new IllegalStateException("mine");
        Rule reset = proxy().reset(Frames.ROLLBACK);
        Operation operation = start(session -> Mono.error(mine));
        reset.awaitHit(ServerFixture.PATIENCE);

        assertThat(operation.await().error()).isSameAs(mine);
        assertThat(mine.getSuppressed()).singleElement().isInstanceOf(R2dbcException.class);
        check().oneTerminal(operation);
        check().verdict(operation, TransactionOutcome.ROLLED_BACK);
        check().nothingDurable(operation);
        check().poolIsWhole();
        check().nextBorrowerIsClean();
    }

    private void mustHaveCostTheConnection(Operation operation, IllegalStateException mine, Rule commit, int before) {
        assertThat(operation.await().error()).isSameAs(mine);
        check().oneTerminal(operation);
        check().verdict(operation, TransactionOutcome.ROLLED_BACK);
        check().nothingDurable(operation);
        check().poolIsWhole();
        check().nextBorrowerIsClean();
        assertThat(commit.hits()).as("COMMIT sent, for the next borrower").isEqualTo(1);
        assertThat(backend()).isNotEqualTo(before);
    }

    /** Of ROLLBACK itself, so that the server never hears of it, and of its answer. */
    @FaultRow(
            value = 50,
            invariants = {I2, I3, I5, I6, I8, I9})
    @ParameterizedTest(name = "answer {0}")
    @ValueSource(booleans = {false, true})
    void aRollbackThatHangsMustCostItsConnectionWithinTheLimit(boolean answer) {
        int before = backend();
        IllegalStateException mine = new IllegalStateException("mine");
        Rule commit = proxy().watch(Frames.COMMIT);
        Rule hang = proxy().hold(answer ? Frames.READY_AFTER_ROLLBACK.nth(1) : Frames.ROLLBACK.nth(1));
        Sinks.Empty<Void> go = Sinks.empty();
        Rule written = proxy().watch(Frames.WRITTEN);
        Operation operation = start(session -> go.asMono());
        written.awaitHit(ServerFixture.PATIENCE);
        long failed = System.nanoTime();
        go.tryEmitError(mine);
        hang.awaitHit(ServerFixture.PATIENCE);

        check().placeBackWithin(CONTROL, failed);
        hang.remove();
        assertThat(operation.await().error()).isSameAs(mine);
        assertThat(mine.getSuppressed()).as("why it could not be undone").hasSize(1);
        mustHaveCostTheConnection(operation, mine, commit, before);
    }

    /** What is sent in its place fails, or succeeds and leaves the transaction as it was. */
    @FaultRow(
            value = 50,
            invariants = {I2, I3, I5, I6, I8, I9})
    @ParameterizedTest
    @ValueSource(strings = {"ROLLBACK nonsense", "ROLLBACK TO SAVEPOINT none", "SELECT 1"})
    void aRollbackThatDoesNotUndoMustCostItsConnection(String instead) {
        int before = backend();
        IllegalStateException mine = new IllegalStateException("mine");
        Rule commit = proxy().watch(Frames.COMMIT);
        Rule wrong = proxy().replace(Frames.ROLLBACK.nth(1), instead);
        Operation operation = start(session -> Mono.error(mine));
        wrong.awaitHit(ServerFixture.PATIENCE);

        check().heardWithin(ServerFixture.PATIENCE, operation);
        mustHaveCostTheConnection(operation, mine, commit, before);
    }
}
