package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I2;
import static org.reactivesessions.postgres.matrix.Invariant.I3;
import static org.reactivesessions.postgres.matrix.Invariant.I6;
import static org.reactivesessions.postgres.matrix.Invariant.I8;
import static org.reactivesessions.postgres.matrix.Invariant.I9;

import io.r2dbc.spi.R2dbcException;
import org.junit.jupiter.api.Test;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Mono;

/** Faults while a transaction is undone. */
class RollbackRowsIT extends FaultRows {

    RollbackRowsIT(TestDatabase database) {
        super(database, settings -> settings);
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
}
