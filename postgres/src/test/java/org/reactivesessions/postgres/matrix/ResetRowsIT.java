package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I1;
import static org.reactivesessions.postgres.matrix.Invariant.I2;
import static org.reactivesessions.postgres.matrix.Invariant.I3;
import static org.reactivesessions.postgres.matrix.Invariant.I5;
import static org.reactivesessions.postgres.matrix.Invariant.I6;
import static org.reactivesessions.postgres.matrix.Invariant.I8;
import static org.reactivesessions.postgres.matrix.Invariant.I9;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.postgres.hygiene.ExpectsDrops;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TimeLimits;
import reactor.core.publisher.Mono;

/** Faults while the session is reset at the end of a scope that has left something. */
@ExpectsDrops // the driver drops what it has buffered when it is closed with a command unanswered
class ResetRowsIT extends FaultRows {

    private static final Duration CONTROL = Duration.ofMillis(700);
    private static final Duration IN_TIME = Duration.ofMillis(300);
    private static final FrameMatch RESET = FrameMatch.fromClient('Q').sql("^RESET SESSION AUTHORIZATION");
    private static final FrameMatch RESET_ANSWER = FrameMatch.fromServer('C').answering("^RESET SESSION AUTHORIZATION");

    ResetRowsIT(TestDatabase database) {
        super(database, settings -> settings.limits(new TimeLimits(CONTROL, ServerFixture.PATIENCE)));
    }

    private Operation leaveSomething() {
        return start(session -> session.sql("SET work_mem = '8MB'").execute().thenReturn("value"));
    }

    private void mustHaveCommitted(Operation operation, int before) {
        check().oneTerminal(operation);
        check().verdict(operation, TransactionOutcome.COMMITTED);
        check().acknowledgedOnlyIfDurable(operation);
        check().poolIsWhole();
        check().nextBorrowerIsClean();
        assertThat(operation.values()).containsExactly("value");
        assertThat(backend()).isNotEqualTo(before);
    }

    @FaultRow(
            value = 51,
            invariants = {I1, I3, I6, I8, I9})
    @Test
    void aConnectionLostUnderTheResetMustNotChangeTheVerdict() {
        int before = backend();
        Rule reset = proxy().reset(RESET);
        Operation operation = leaveSomething();
        reset.awaitHit(ServerFixture.PATIENCE);

        mustHaveCommitted(operation, before);
    }

    @FaultRow(
            value = 51,
            invariants = {I1, I3, I6, I8, I9})
    @Test
    void aResetThatIsRefusedMustNotChangeTheVerdict() {
        int before = backend();
        Rule refused = proxy().replace(RESET, "RESET ALL; RESET nonsense");
        Operation operation = leaveSomething();
        refused.awaitHit(ServerFixture.PATIENCE);

        mustHaveCommitted(operation, before);
    }

    @FaultRow(
            value = 51,
            invariants = {I1, I3, I5, I6, I8, I9})
    @Test
    void aResetThatHangsMustCostItsConnectionWithinTheLimit() {
        int before = backend();
        Rule hang = proxy().hold(RESET_ANSWER);
        Operation operation = leaveSomething();
        hang.awaitHit(ServerFixture.PATIENCE);

        check().heardWithin(CONTROL.multipliedBy(2), operation);
        check().placeBackWithin(CONTROL.multipliedBy(2), operation.startedAt());
        hang.remove();
        mustHaveCommitted(operation, before);
    }

    /** Who has a time does not wait longer than that for what is done for the next one. */
    @FaultRow(
            value = 51,
            invariants = {I1, I3, I5, I6, I8, I9})
    @Test
    void aResetThatHangsMustNotDelayAnybodyBeyondHisTime() {
        int before = backend();
        Rule hang = proxy().hold(RESET_ANSWER);
        Operation operation = operation();
        operation.start(operation.mono(
                DEFAULTS.timeout(IN_TIME),
                session -> session.sql("SET work_mem = '8MB'").execute().thenReturn("value")));
        hang.awaitHit(ServerFixture.PATIENCE);

        check().heardWithin(IN_TIME, operation);
        check().placeBackWithin(CONTROL.multipliedBy(2), operation.startedAt());
        hang.remove();
        mustHaveCommitted(operation, before);
    }

    @FaultRow(
            value = 51,
            invariants = {I2, I3, I6, I8, I9})
    @Test
    void anErrorMustStayTheErrorIfTheResetFails() {
        IllegalStateException mine = new IllegalStateException("mine");
        int before = backend();
        Rule reset = proxy().reset(RESET);
        Operation operation =
                start(session -> session.sql("SET work_mem = '8MB'").execute().then(Mono.error(mine)));
        reset.awaitHit(ServerFixture.PATIENCE);

        assertThat(operation.await().error()).isSameAs(mine);
        check().oneTerminal(operation);
        check().verdict(operation, TransactionOutcome.ROLLED_BACK);
        check().nothingDurable(operation);
        check().poolIsWhole();
        check().nextBorrowerIsClean();
        assertThat(backend()).isNotEqualTo(before);
    }

    @FaultRow(
            value = 51,
            invariants = {I2, I3, I5, I6, I8, I9})
    @Test
    void aCancelledScopeWhoseResetHangsMustFreeItsPlace() {
        int before = backend();
        Rule hang = proxy().hold(RESET_ANSWER);
        Operation operation =
                start(session -> session.sql("SET work_mem = '8MB'").execute().then(sleep(session)));
        awaitSleeper();
        operation.cancel();
        long since = System.nanoTime();
        hang.awaitHit(ServerFixture.PATIENCE);

        check().placeBackWithin(CONTROL.multipliedBy(3), since);
        hang.remove();
        check().oneTerminal(operation);
        check().verdict(operation, TransactionOutcome.ROLLED_BACK);
        check().nothingDurable(operation);
        check().poolIsWhole();
        check().nextBorrowerIsClean();
        assertThat(backend()).isNotEqualTo(before);
    }
}
