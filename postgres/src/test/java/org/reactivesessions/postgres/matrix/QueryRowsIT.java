package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I2;
import static org.reactivesessions.postgres.matrix.Invariant.I3;
import static org.reactivesessions.postgres.matrix.Invariant.I4;
import static org.reactivesessions.postgres.matrix.Invariant.I6;
import static org.reactivesessions.postgres.matrix.Invariant.I8;

import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.error.IntegrityViolationException;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Mono;

/** Faults while a statement of the function runs. */
class QueryRowsIT extends FaultRows {

    QueryRowsIT(TestDatabase database) {
        super(database, settings -> settings);
    }

    @FaultRow(
            value = 18,
            invariants = {I2, I3, I6, I8})
    @Test
    void anErrorOfAStatementMustRollBackAndKeepTheConnection() {
        int before = backend();
        Operation operation = start(FaultRows::takeWhatIsTaken);

        mustFailWith("23505", operation);
        assertThat(operation.error()).isInstanceOf(IntegrityViolationException.class);
        check().verdict(operation, TransactionOutcome.ROLLED_BACK);
        check().nothingDurable(operation);
        check().poolIsWhole();
        check().nextBorrowerIsClean();
        assertThat(backend()).isEqualTo(before);
    }

    @FaultRow(
            value = 21,
            invariants = {I2, I3, I4, I6, I8})
    @Test
    void aBackendTerminatedUnderAStatementMustRollBackAndBeReplaced() {
        int before = backend();
        Operation operation = start(FaultRows::sleep);
        fixture().run("SELECT pg_terminate_backend(" + awaitSleeper() + ")");

        mustFailWith("57P01", operation);
        check().verdict(operation, TransactionOutcome.ROLLED_BACK);
        check().nothingDurable(operation);
        check().appliedAtMostOnce(operation);
        check().poolIsWhole();
        check().nextBorrowerIsClean();
        assertThat(backend()).isNotEqualTo(before);
    }

    @FaultRow(
            value = 22,
            invariants = {I2, I3, I6, I8})
    @Test
    void aStatementThatTakesTooLongMustFreeItsConnectionOnlyAfterReadyForQuery() {
        int before = backend();
        Rule ready = proxy().hold(Frames.READY_AFTER_ROLLBACK);
        Operation operation = start(DEFAULTS.statementTimeout(Duration.ofMillis(100)), FaultRows::sleep);

        mustFreeItsConnectionOnlyAfter(ready, operation, before);
    }

    @FaultRow(
            value = 22,
            invariants = {I2, I3, I6, I8})
    @Test
    void aStatementCancelledByAnAdministratorMustFreeItsConnectionOnlyAfterReadyForQuery() {
        int before = backend();
        Rule ready = proxy().hold(Frames.READY_AFTER_ROLLBACK);
        Operation operation = start(FaultRows::sleep);
        fixture().run("SELECT pg_cancel_backend(" + awaitSleeper() + ")");

        mustFreeItsConnectionOnlyAfter(ready, operation, before);
    }

    private void mustFreeItsConnectionOnlyAfter(Rule ready, Operation operation, int before) {
        ready.awaitHit(ServerFixture.PATIENCE);
        Rule begin = proxy().watch(Frames.BEGIN);
        Operation next = start(session -> Mono.just("next"));
        Patience.until("nobody waits", () -> fixture().sessions().poolStatus().pending() == 1);
        assertThat(begin.hits()).as("BEGIN of the next one").isZero();
        assertThat(operation.isOver()).isFalse();
        ready.release();

        mustFailWith("57014", operation);
        check().verdict(operation, TransactionOutcome.ROLLED_BACK);
        check().nothingDurable(operation);
        check().verdict(next.await(), TransactionOutcome.COMMITTED);
        check().poolIsWhole();
        check().nextBorrowerIsClean();
        assertThat(backend()).isEqualTo(before);
    }

    @FaultRow(
            value = 25,
            invariants = {I2, I3, I4, I6, I8})
    @ParameterizedTest(name = "reset {0}")
    @ValueSource(booleans = {true, false})
    void aConnectionLostInTheMiddleOfAnAnswerMustRollBack(boolean reset) {
        FrameMatch fifthRow =
                FrameMatch.fromServer('D').answering("generate_series").nth(5);
        Rule loss = reset ? proxy().reset(fifthRow) : proxy().cut(fifthRow);
        Rule commit = proxy().watch(Frames.COMMIT);
        Operation operation = start(session -> session.sql("SELECT generate_series(1, 10000)")
                .all(row -> row.get(0, Integer.class))
                .then());
        loss.awaitHit(ServerFixture.PATIENCE);

        assertThat(operation.await().error()).isInstanceOf(R2dbcException.class);
        check().verdict(operation, TransactionOutcome.ROLLED_BACK);
        check().nothingDurable(operation);
        check().appliedAtMostOnce(operation);
        assertThat(commit.hits()).as("COMMIT sent").isZero();
        check().poolIsWhole();
        check().nextBorrowerIsClean();
    }
}
