package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I2;
import static org.reactivesessions.postgres.matrix.Invariant.I3;
import static org.reactivesessions.postgres.matrix.Invariant.I5;
import static org.reactivesessions.postgres.matrix.Invariant.I6;
import static org.reactivesessions.postgres.matrix.Invariant.I8;
import static org.reactivesessions.postgres.matrix.Invariant.I9;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.error.TransactionTimeoutException;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.reactivesessions.transaction.TimeLimits;
import reactor.core.publisher.Sinks;

/** Backends that are stopped where they are (SIGSTOP): the server is there, and does not answer. */
class HangRowsIT extends FaultRows {

    private static final Duration CONTROL = Duration.ofMillis(500);
    private static final Duration WHOLE = Duration.ofSeconds(3);

    private static EmbeddedServer server;

    @BeforeAll
    static void startServer() {
        server = EmbeddedServer.start();
    }

    @AfterAll
    static void closeServer() {
        server.close();
    }

    HangRowsIT() {
        super(server.freshDatabase(), settings -> settings.limits(new TimeLimits(CONTROL, ServerFixture.PATIENCE)));
    }

    @AfterEach
    void thaw() {
        server.thaw();
    }

    private void mustHaveCostTheConnection(Operation operation, int before) {
        check().verdict(operation, TransactionOutcome.ROLLED_BACK);
        assertThat(fixture().sessions().poolStatus().allocated()).isZero();
        check().nextBorrowerIsClean(); // while the other one still hangs
        server.thaw();
        check().oneTerminal(operation);
        check().nothingDurable(operation);
        check().poolIsWhole();
        assertThat(backend()).isNotEqualTo(before);
    }

    @FaultRow(
            value = 24,
            invariants = {I2, I3, I5, I6, I8, I9})
    @Test
    void aBackendThatHangsInAStatementMustCostItsConnectionWithinTheLimits() {
        int before = backend();
        Rule cancel = proxy().watch(FrameMatch.cancelRequest());
        Operation operation = start(DEFAULTS.timeout(WHOLE), FaultRows::sleep);
        awaitSleeper();
        server.freezeBackends();
        assertThat(operation.isOver()).as("over too early").isFalse();

        check().heardWithin(WHOLE, operation);
        check().placeBackWithin(CONTROL, operation.endedAt());
        assertThat(operation.error()).isInstanceOf(TransactionTimeoutException.class);
        cancel.awaitHit(ServerFixture.PATIENCE); // sent before, and perhaps still on its way
        mustHaveCostTheConnection(operation, before);
    }

    @FaultRow(
            value = 24,
            invariants = {I2, I3, I5, I6, I8, I9})
    @Test
    void aBackendThatHangsInRollbackMustCostItsConnectionWithinTheLimit() {
        int before = backend();
        IllegalStateException mine = new IllegalStateException("mine");
        Sinks.Empty<Void> go = Sinks.empty();
        Rule written = proxy().watch(Frames.WRITTEN);
        Rule rollback = proxy().watch(Frames.ROLLBACK);
        Operation operation = start(session -> go.asMono());
        written.awaitHit(ServerFixture.PATIENCE);
        server.freezeBackends();
        long failed = System.nanoTime();
        go.tryEmitError(mine);

        check().placeBackWithin(CONTROL, failed);
        assertThat(operation.await().error()).isSameAs(mine);
        assertThat(mine.getSuppressed()).isNotEmpty();
        assertThat(rollback.hits()).isEqualTo(1);
        mustHaveCostTheConnection(operation, before);
    }
}
