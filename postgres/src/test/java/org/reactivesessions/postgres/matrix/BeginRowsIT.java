package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I2;
import static org.reactivesessions.postgres.matrix.Invariant.I3;
import static org.reactivesessions.postgres.matrix.Invariant.I4;
import static org.reactivesessions.postgres.matrix.Invariant.I6;
import static org.reactivesessions.postgres.matrix.Invariant.I8;

import io.r2dbc.spi.R2dbcTransientException;
import org.junit.jupiter.api.Test;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.ServerCensus;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Mono;

/** Faults while BEGIN is on the wire. */
class BeginRowsIT extends FaultRows {

    BeginRowsIT(TestDatabase database) {
        super(database, settings -> settings);
    }

    private void mustNotHaveStarted(Operation operation, int before) {
        assertThat(operation.await().error())
                .isInstanceOf(DatabaseUnavailableException.class)
                .isInstanceOf(R2dbcTransientException.class);
        check().verdict(operation, TransactionOutcome.NOT_STARTED);
        check().nothingDurable(operation);
        check().appliedAtMostOnce(operation);
        check().poolIsWhole();
        check().nextBorrowerIsClean();
        assertThat(backend()).isNotEqualTo(before);
    }

    @FaultRow(
            value = 16,
            invariants = {I2, I3, I4, I6, I8})
    @Test
    void aConnectionResetUnderBeginMustEndNotStarted() {
        int before = backend();
        Rule reset = proxy().reset(Frames.BEGIN.nth(1));
        Operation operation = start(session -> Mono.just("done"));
        reset.awaitHit(ServerFixture.PATIENCE);

        mustNotHaveStarted(operation, before);
    }

    @FaultRow(
            value = 16,
            invariants = {I2, I3, I4, I6, I8})
    @Test
    void aBackendTerminatedUnderBeginMustEndNotStarted() {
        int before = backend();
        Rule begin = proxy().hold(Frames.BEGIN.nth(1));
        Operation operation = start(session -> Mono.just("done"));
        begin.awaitHit(ServerFixture.PATIENCE);
        fixture().run("SELECT pg_terminate_backend(" + before + ")");
        ServerCensus.await(
                fixture().database(),
                ServerFixture.PATIENCE,
                now -> !now.backends().contains(before));
        begin.release();

        mustNotHaveStarted(operation, before);
    }
}
