package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I2;
import static org.reactivesessions.postgres.matrix.Invariant.I3;
import static org.reactivesessions.postgres.matrix.Invariant.I4;
import static org.reactivesessions.postgres.matrix.Invariant.I6;
import static org.reactivesessions.postgres.matrix.Invariant.I8;
import static org.reactivesessions.postgres.matrix.Invariant.I9;

import io.r2dbc.spi.R2dbcException;
import org.junit.jupiter.api.Test;
import org.reactivesessions.Session;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Flux;

/** Faults while rows stream out of a transaction. */
class StreamRowsIT extends FaultRows {

    StreamRowsIT(TestDatabase database) {
        super(database, settings -> settings);
    }

    private static Flux<Integer> rows(Session session) {
        return session.sql("SELECT generate_series(1, 1000)").all(row -> row.get(0, Integer.class));
    }

    @FaultRow(
            value = 38,
            invariants = {I2, I3, I4, I6, I9})
    @Test
    void aConnectionCutAfterSomeRowsMustEndWithAnErrorAfterThem() {
        FrameMatch fourthRow =
                FrameMatch.fromServer('D').answering("generate_series").nth(4);
        Rule cut = proxy().cut(fourthRow);
        Operation operation = startMany(StreamRowsIT::rows);
        cut.awaitHit(ServerFixture.PATIENCE);

        assertThat(operation.await().error()).isInstanceOf(R2dbcException.class);
        assertThat(operation.values()).containsExactly(1, 2, 3);
        check().oneTerminal(operation);
        check().appliedAtMostOnce(operation);
        check().verdict(operation, TransactionOutcome.ROLLED_BACK);
        check().nothingDurable(operation);
        check().poolIsWhole();
        assertThat(operation.calls()).isEqualTo(1);
    }

    private void mustHaveRolledBackCleanly(Operation operation) {
        assertThat(operation.await().hasLeft()).isTrue();
        check().oneTerminal(operation);
        check().verdict(operation, TransactionOutcome.ROLLED_BACK);
        check().nothingDurable(operation);
        check().poolIsWhole();
        check().nextBorrowerIsClean();
    }

    @FaultRow(
            value = 39,
            invariants = {I2, I3, I6, I8, I9})
    @Test
    void takingSomeRowsMustRollBack() {
        Operation operation = operation();
        operation.start(operation.flux(DEFAULTS, StreamRowsIT::rows).take(3));

        mustHaveRolledBackCleanly(operation);
        assertThat(operation.values()).containsExactly(1, 2, 3);
        assertThat(operation.isCompleted()).isTrue();
    }

    @FaultRow(
            value = 39,
            invariants = {I2, I3, I6, I8, I9})
    @Test
    void anOperatorBehindItThatThrowsMustRollBack() {
        IllegalStateException mine = new IllegalStateException("mine");
        Operation operation = operation();
        operation.start(operation.flux(DEFAULTS, StreamRowsIT::rows).map(row -> {
            if (row.equals(3)) {
                throw mine;
            }
            return row;
        }));

        mustHaveRolledBackCleanly(operation);
        assertThat(operation.values()).containsExactly(1, 2);
        assertThat(operation.error()).isSameAs(mine);
    }

    /** Its own onNext, which the specification forbids (§2.13): it hears of it, once. */
    @FaultRow(
            value = 39,
            invariants = {I2, I3, I6, I8, I9})
    @Test
    void aSubscriberThatThrowsMustRollBack() {
        IllegalStateException mine = new IllegalStateException("mine");
        Operation operation = operation();
        operation.throwAt(3, mine).start(operation.flux(DEFAULTS, StreamRowsIT::rows));

        assertThat(operation.await().error()).isSameAs(mine);
        check().oneTerminal(operation);
        check().verdict(operation, TransactionOutcome.ROLLED_BACK);
        check().nothingDurable(operation);
        check().poolIsWhole();
        check().nextBorrowerIsClean();
    }
}
